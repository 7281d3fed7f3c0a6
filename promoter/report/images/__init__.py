"""The images that environments run, as a table, CSV and JSON."""

from promoter.report.images.value import ImageRow, ImagesReport, Unrendered

__all__ = ["ImageRow", "ImagesReport", "Unrendered"]
