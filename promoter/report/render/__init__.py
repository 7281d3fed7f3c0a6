"""What `promoter render` prints: the manifests of some builds, and why others have none."""

from promoter.report.render.value import (
    ManifestsReport,
    RenderedBuild,
    exit_code,
    notes,
    problems,
    redacted,
)

__all__ = ["ManifestsReport", "RenderedBuild", "exit_code", "notes", "problems", "redacted"]
