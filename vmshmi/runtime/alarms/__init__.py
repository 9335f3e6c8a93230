"""The parts of the alarm engine: what is watched, and how it becomes known."""
