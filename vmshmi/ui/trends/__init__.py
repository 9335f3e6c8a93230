"""Trends: history and the present in one chart. The only room that knows pyqtgraph."""
