"""What runs where, since when, who is behind and what could move now: as a table and as JSON."""

from promoter.report.status.value import StatusReport, StatusRow

__all__ = ["StatusReport", "StatusRow"]
