"""The state of the whole repository as one HTML page."""

from promoter.report.overview.value import OverviewReport, behind_by

__all__ = ["OverviewReport", "behind_by"]
