"""The machinery of MV Aurora, a 45 m twin-screw workboat: pure arithmetic in steps of time, the same for the same seed.

The numbers are those of no real maker; they hang together as on a ship and are written down where they are used.
"""
