"""Painted controls that know neither tags nor alarms."""
