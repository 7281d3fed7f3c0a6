"""Manifests as the YAML stream that `kustomize build` prints, byte for byte, in the engine's order.

Several builds follow each other as documents of one stream; nothing else is in it.
"""

from promoter.report.render.value import ManifestsReport
from promoter.yamldoc.printed import printed


def render(report: ManifestsReport) -> str:
    """The objects as YAML documents; the empty string when there are none."""
    return printed(item.body for item in report.objects)
