"""HTTP and WebSocket: the one door to other programs. FastAPI and uvicorn are imported nowhere else."""
