"""Text that some tool should have replaced and did not (YML009).

It must not judge text that is meant for a program at run time: contents of ConfigMaps and Secrets, scripts,
annotations, and objects of controllers that fill templates in themselves.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import kind_of
from promoter.lint.placeholders import asks_to_be_replaced
from promoter.lint.rule import FieldPath, Report, rule
from promoter.lint.schemas import groups
from promoter.model import Json, Severity

CONTENTS: Final = ("ConfigMap", "Secret", "CustomResourceDefinition.apiextensions.k8s.io")
AT_RUN_TIME: Final = ("annotations", "command", "args", "value", "data", "stringData", "binaryData")
SHOUTED: Final = ("todo", "tbd", "fixme")
MARK: Final = re.compile(r"\{\{.*?\}\}|\$\{[A-Za-z_][A-Za-z0-9_]*[^}]*\}", re.DOTALL)
EMPTY: Final = "<no value>"


@rule("YML009", "template-leftover", Severity.WARNING)
def template_leftover(render: RenderedContext) -> Iterator[Report]:
    """A rendered object still holds a template's mark or a placeholder.

    ## What it does
    Reports `{{ … }}`, `${VAR}`, `<no value>` and values such as `CHANGEME` or `placeholder` in rendered
    objects of Kubernetes' own kinds. Contents of ConfigMaps and Secrets, annotations, commands and values
    of variables are read by programs and left out; so is `${VAR}` where Flux still replaces it.

    ## Why
    The tool that should have replaced it did not run, or did not know the name. The cluster takes the
    text literally.

    ## Example
    ```yaml
    image: ghcr.io/acme/web:${TAG}
    ```

    ## Instead
    ```yaml
    image: ghcr.io/acme/web:1.4.2
    ```
    """
    for item in render.objects:
        if item.key.group in groups() and kind_of(item.key) not in CONTENTS:
            for path, text in _texts(item.body, ()):
                left = _left(text, flux=render.controller == "flux")
                if left:
                    yield Report(item.key, path, f"{left} was never replaced")


def _texts(value: Json, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in AT_RUN_TIME:
                yield from _texts(part, (*path, key))
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _texts(part, (*path, position))


def _left(text: str, *, flux: bool) -> str:
    if asks_to_be_replaced(text) or (text.isupper() and text.lower() in SHOUTED):
        return f"`{text}`"
    if EMPTY in text:
        return f"`{EMPTY}`"
    if "{{" not in text and "${" not in text:
        return ""
    match = MARK.search(text)
    found = match[0] if match else ""
    return "" if not found or (flux and found.startswith("$")) else f"`{found}`"
