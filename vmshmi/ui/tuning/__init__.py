"""What if: an alarm with other numbers, side by side with what it is."""
