"""The composition root: command line, threads, which concrete class. No logic of the ship."""
