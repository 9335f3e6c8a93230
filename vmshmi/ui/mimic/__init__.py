"""Mimic pages: machinery, tanks and readouts painted from a page description as one widget."""
