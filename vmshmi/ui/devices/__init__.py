"""One device: its values raw and engineering, what it says, whether it answers."""
