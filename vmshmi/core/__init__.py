"""The pure room: values, rules and ports. Standard library only; no Qt, no I/O, no asyncio, no wall clock."""
