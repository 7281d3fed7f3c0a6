"""The versions that environments ran, as a table and as JSON."""

from promoter.report.history.value import HistoryEntry, HistoryReport

__all__ = ["HistoryEntry", "HistoryReport"]
