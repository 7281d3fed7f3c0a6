"""The values that every part of promoter speaks in: frozen, slotted, without effects."""

from promoter.model.changes import Change, ChangeKind, Diff, FieldChange, Risk
from promoter.model.charts import ChartBuild
from promoter.model.deployables import Deployable, Destination
from promoter.model.findings import Finding, Fix, Severity
from promoter.model.hashing import hash_of
from promoter.model.images import Image, Pin
from promoter.model.places import BOM, Edit, EnvRef, Location, splice
from promoter.model.plans import Bump, Carried, Plan, Skipped
from promoter.model.published import Presence, Published, unknown
from promoter.model.rendering import Json, KubeObject, ObjectKey, Rendered, RenderFailure, Repeated
from promoter.model.requests import CLOSED_BY_US, PullRequest, PullRequestSpec
from promoter.model.snapshot import (
    REGULAR,
    SUBMODULE,
    SYMLINK,
    Entry,
    Snapshot,
    blob_id,
    directories_of,
    parents,
)

__all__ = [
    "BOM",
    "CLOSED_BY_US",
    "REGULAR",
    "SUBMODULE",
    "SYMLINK",
    "Bump",
    "Carried",
    "Change",
    "ChangeKind",
    "ChartBuild",
    "Deployable",
    "Destination",
    "Diff",
    "Edit",
    "Entry",
    "EnvRef",
    "FieldChange",
    "Finding",
    "Fix",
    "Image",
    "Json",
    "KubeObject",
    "Location",
    "ObjectKey",
    "Pin",
    "Plan",
    "Presence",
    "Published",
    "PullRequest",
    "PullRequestSpec",
    "RenderFailure",
    "Rendered",
    "Repeated",
    "Risk",
    "Severity",
    "Skipped",
    "Snapshot",
    "blob_id",
    "directories_of",
    "hash_of",
    "parents",
    "splice",
    "unknown",
]
