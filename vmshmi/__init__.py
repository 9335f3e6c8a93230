"""Open alarm, monitoring and HMI system for ships."""

__version__ = "0.1.0"
