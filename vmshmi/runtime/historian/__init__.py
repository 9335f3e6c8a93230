"""History: every sample durable within a second, readable at once, kept for years in open files."""

from vmshmi.runtime.historian.csv_rows import CsvLayout
from vmshmi.runtime.historian.export import Decimal, export_range
from vmshmi.runtime.historian.historian import Historian, HistorianSettings
from vmshmi.runtime.historian.import_csv import Imported, import_csv
from vmshmi.runtime.historian.offline import FolderHistory
from vmshmi.runtime.historian.retention import Retention

__all__ = [
    "CsvLayout",
    "Decimal",
    "FolderHistory",
    "Historian",
    "HistorianSettings",
    "Imported",
    "Retention",
    "export_range",
    "import_csv",
]
