"""Alarms on every page: one feed, one flash, the banner and how a person answers."""
