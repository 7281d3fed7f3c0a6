"""Label selectors, as generators use them on clusters and on parameters."""

from collections.abc import Mapping

from promoter.deployables.gotemplate.values import plain
from promoter.deployables.objects import mapping, sequence, string
from promoter.model import Json


def flattened(node: Mapping[str, Json], prefix: str = "") -> dict[str, str]:
    """The values below a mapping by their dotted path, as text; list items by their 0-based index."""
    found: dict[str, str] = {}
    for key, item in node.items():
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(item, list):
            item = {str(index): each for index, each in enumerate(item)}  # noqa: PLW2901 - a list is walked by index
        if isinstance(item, dict):
            found.update(flattened(item, path))
        else:
            found[path] = plain(item)
    return found


def matches(selector: Mapping[str, Json], labels: Mapping[str, str]) -> bool:
    """Whether the labels satisfy `matchLabels` and every one of `matchExpressions`."""
    wanted = mapping(selector.get("matchLabels"))
    if any(labels.get(key) != plain(value) for key, value in wanted.items()):
        return False
    return all(_holds(mapping(each), labels) for each in sequence(selector.get("matchExpressions")))


def _holds(expression: Mapping[str, Json], labels: Mapping[str, str]) -> bool:
    key, operator = string(expression.get("key")), expression.get("operator")
    values = [plain(value) for value in sequence(expression.get("values"))]
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) == (operator == "Exists")
