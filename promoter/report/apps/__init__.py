"""What is deployed from a repository, as a table and as JSON."""

from promoter.report.apps.value import AppRow, AppsReport

__all__ = ["AppRow", "AppsReport"]
