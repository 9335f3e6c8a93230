"""The room that waits, opens, sends and stores: one asyncio loop and its workers. No Qt."""
