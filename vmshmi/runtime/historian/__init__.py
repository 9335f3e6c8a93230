"""History: every sample durable within a second, readable at once, kept for years in open files."""

from vmshmi.runtime.historian.export import Decimal, export_range
from vmshmi.runtime.historian.historian import Historian, HistorianSettings
from vmshmi.runtime.historian.offline import FolderHistory
from vmshmi.runtime.historian.retention import Retention

__all__ = ["Decimal", "FolderHistory", "Historian", "HistorianSettings", "Retention", "export_range"]
