"""Commands to machinery on the screen: who, what, and what became of it."""
