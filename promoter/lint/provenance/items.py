"""The objects of a build under way, and how kustomize's selectors choose among them.

It must not change an object. The ids follow kustomize's resid: an object is found by the id it was
written with and by the one it has now.
"""

import re
from typing import Final

from promoter.frozen import frozen
from promoter.lint.provenance.tree import Branch, plain
from promoter.model import ObjectKey

CLUSTER_KINDS: Final = frozenset(
    (
        "APIService", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "CSIDriver",
        "CSINode", "CustomResourceDefinition", "FlowSchema", "IngressClass", "MutatingWebhookConfiguration",
        "Namespace", "Node", "PersistentVolume", "PriorityClass", "PriorityLevelConfiguration",
        "RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration", "VolumeAttachment",
    )
)  # fmt: skip


@frozen
class Item:
    """One object: its body now, and the id it was first written with.

    `hashed` says that a generator made it and that its final name carries a content hash. `document`
    is the file it came from.
    """

    body: Branch
    original: ObjectKey
    version: str
    path: str
    hashed: bool = False

    @property
    def key(self) -> ObjectKey:
        """The key it has now."""
        metadata = self.body.get("metadata")
        named = metadata if isinstance(metadata, Branch) else Branch({})
        return ObjectKey(self.original.group, self.kind, named.text("namespace"), named.text("name"))

    @property
    def kind(self) -> str:
        """The object's kind now."""
        return self.body.text("kind")

    def with_body(self, body: Branch) -> "Item":
        """The same object with another body."""
        return Item(body, self.original, self.version, self.path, self.hashed)


def item(body: Branch, path: str, *, hashed: bool = False) -> Item:
    """The object of a document."""
    group, _, version = body.text("apiVersion").rpartition("/")
    metadata = body.get("metadata")
    named = metadata if isinstance(metadata, Branch) else Branch({})
    key = ObjectKey(group, body.text("kind"), named.text("namespace"), named.text("name"))
    return Item(body, key, version, path, hashed)


@frozen
class Selector:
    """A patch's or replacement's target; each part is an anchored pattern, empty for anything."""

    group: str = ""
    version: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    labels: str = ""
    annotations: str = ""

    def selects(self, candidate: Item) -> bool:
        """Whether the object is chosen, by its first or present name and namespace."""
        first, now = candidate.original, candidate.key
        return (
            _matches(self.group, first.group)
            and _matches(self.version, candidate.version)
            and _matches(self.kind, now.kind)
            and (_matches(self.name, first.name) or _matches(self.name, now.name))
            and (_matches(self.namespace, effective(first)) or _matches(self.namespace, effective(now)))
            and _chosen(self.labels, _strings(candidate, "labels"))
            and _chosen(self.annotations, _strings(candidate, "annotations"))
        )


def selector(target: Branch) -> Selector:
    """The selector that a `target` or `select` mapping spells."""
    return Selector(
        target.text("group"),
        target.text("version"),
        target.text("kind"),
        target.text("namespace"),
        target.text("name"),
        target.text("labelSelector"),
        target.text("annotationSelector"),
    )


def effective(key: ObjectKey) -> str:
    """The namespace as kustomize compares it."""
    if key.kind in CLUSTER_KINDS:
        return "_non_namespaceable_"
    return key.namespace or "default"


def same(patch: Item, candidate: Item) -> bool:
    """Whether a patch without a target means this object."""
    ids = (candidate.original, candidate.key)
    wanted = patch.original
    return any(
        (wanted.group, wanted.kind, wanted.name) == (i.group, i.kind, i.name)
        and effective(wanted) == effective(i)
        for i in ids
    )


def _matches(pattern: str, text: str) -> bool:
    if not pattern or pattern == text:
        return True
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False


def _strings(candidate: Item, field: str) -> dict[str, str]:
    metadata = candidate.body.get("metadata")
    found = plain(metadata.get(field)) if isinstance(metadata, Branch) else None
    return {k: str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _chosen(expression: str, values: dict[str, str]) -> bool:
    """Whether the labels satisfy a label selector (equality, `in`, `notin`, existence)."""
    return all(
        _term(term.strip(), values) for term in re.split(r",(?![^(]*\))", expression) if term.strip()
    )


def _term(term: str, values: dict[str, str]) -> bool:
    listed = re.fullmatch(r"(\S+)\s+(in|notin)\s*\(([^)]*)\)", term)
    if listed:
        key, operator, options = listed.groups()
        inside = values.get(key) in [option.strip() for option in options.split(",")]
        return inside == (operator == "in")
    pair = re.fullmatch(r"([^=!\s]+)\s*(==|=|!=)\s*(\S*)", term)
    if pair:
        key, operator, wanted = pair.groups()
        return (values.get(key) == wanted) == (operator != "!=")
    return term[1:].strip() not in values if term.startswith("!") else term in values
