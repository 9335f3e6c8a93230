"""One folder a protocol: a pure `decode` beside an I/O `driver`, behind the one contract of `driver.py`."""
