"""The proof that a copied part of a file reads as in its source, and that nothing else reads otherwise.

It knows nothing of how the edits were made: the edited file is parsed, and every value of it is compared.
"""

from collections.abc import Sequence

from promoter.errors import EditError
from promoter.kustomize import Graph
from promoter.model import Carried
from promoter.yamldoc import Scalar, YamlFile, parse, pointer, tokens, walk

Path = tuple[str, ...]


def check_copy(source: Graph, target: Graph, parts: Sequence[Carried], keep: Sequence[Path]) -> None:
    """Nothing, where a file with its edits holds the source's values in the parts and its own elsewhere.

    `parts` are all of one file; `keep` are the pointers, token by token, that stay as they are also inside
    a part. Raises EditError with the file otherwise.
    """
    path = parts[0].location.path
    after = parse(path, target.snapshot.with_edits(edit for part in parts for edit in part.edits)[path])
    if after.error is not None:
        raise EditError(f"copying would break the file: {after.error.message}", where=path)
    was, now = _scalars(target.yaml(path)), _scalars(after)
    for field in sorted(was.keys() | now.keys()):
        where = tokens(field)
        owner = next((part for part in parts if _below(where, tokens(part.field))), None)
        kept = owner is None or any(_below(where, each) for each in keep)
        wanted = was if kept or owner is None else _scalars(source.yaml(owner.source))
        if now.get(field) != wanted.get(field):
            raise EditError(f"{field} would read {now.get(field)!r}, not {wanted.get(field)!r}", where=path)


def _below(where: Path, top: Path) -> bool:
    return where[: len(top)] == top


def _scalars(file: YamlFile) -> dict[str, str]:
    root = file.documents[0] if file.documents else None
    return {pointer(*path): node.value for path, node in walk(root) if isinstance(node, Scalar)}
