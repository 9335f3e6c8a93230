"""Alarm rules: definitions, conditions and the state machine. Pure: the same input gives the same answer."""
