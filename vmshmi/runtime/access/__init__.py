"""Who is who: accounts with a PIN, logins, and what a name alone may do."""

from vmshmi.runtime.access.access import Access, Claim

__all__ = ["Access", "Claim"]
