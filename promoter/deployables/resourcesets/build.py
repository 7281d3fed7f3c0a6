"""A ResourceSet's templates and input sets to objects, as the Flux Operator builds them.

Templates are Go's with the delimiters `<<` and `>>`, nothing as their data and the function `inputs`; a
missing key is an error, and any error is one of the whole set. Rules: Flux Operator,
https://fluxoperator.dev/docs/crd/resourceset/ and its code in internal/builder/resourceset.go.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from promoter.deployables.gotemplate import TemplateError, render
from promoter.deployables.gotemplate.functions import Function
from promoter.deployables.gotemplate.slugs import slug
from promoter.deployables.gotemplate.values import text
from promoter.deployables.objects import ControllerObject, mapping, sequence, string
from promoter.deployables.resourcesets.inputs import SWITCH
from promoter.model import Json, ObjectKey
from promoter.yamldoc import parse, value
from promoter.yamldoc.emit import emit

_DELIMITERS: Final = ("<<", ">>")
_LONGEST: Final = 63
_TRUE: Final = ("1", "t", "T", "true", "TRUE", "True")
Bodies = tuple[dict[str, Json], ...]


def built(found: ControllerObject, sets: Bodies) -> Bodies:
    """The objects of the set's resources and templates for each input set, once each; steps in their order.

    Without input sets the templates are filled in once, with no inputs. Raises TemplateError.
    """
    steps = [mapping(step) for step in sequence(found.spec.get("steps"))]
    if steps and (found.spec.get("resources") or found.spec.get("resourcesTemplate")):
        raise TemplateError(
            "it has steps beside resources or resourcesTemplate, the operator takes one of both"
        )
    made: dict[ObjectKey, dict[str, Json]] = {}
    for step in steps or [found.spec]:
        own: dict[ObjectKey, dict[str, Json]] = {}
        for body in _of_step(found, step, sets):
            own.setdefault(ObjectKey.of(body), body)
        again = next((key for key in own if key in made), None)
        if again is not None:
            raise TemplateError(
                f"the step {string(step.get('name'))} makes {again} again, which is refused"
            )
        made |= own
    return tuple(made.values())


def _of_step(found: ControllerObject, step: Mapping[str, Json], sets: Bodies) -> Iterator[dict[str, Json]]:
    """The objects of one step: of each resource with every input set, then of the template."""
    resources = [emit(each) for each in sequence(step.get("resources")) if isinstance(each, dict)]
    for template in (*resources, string(step.get("resourcesTemplate"))):
        for inputs in sets or (None,):
            for body in _objects(found, template, inputs) if template else ():
                marks = mapping(mapping(body.get("metadata")).get("annotations"))
                if marks.get(SWITCH) != "disabled":
                    yield body


def _objects(found: ControllerObject, template: str, inputs: Json) -> Iterator[dict[str, Json]]:
    """The objects of one template filled in; white space and comments make none."""
    filled = render(template, None, "error", delimiters=_DELIMITERS, functions=_functions(inputs))
    file = parse(found.location.path, filled.encode())
    if file.error is not None:
        raise TemplateError(f"what a template gives is not valid YAML: {file.error.message}")
    for document in file.documents:
        body = value(document) if document is not None else None
        if body is None:
            continue
        if not isinstance(body, dict) or not body.get("kind") or not body.get("apiVersion"):
            raise TemplateError("what a template gives is no Kubernetes object")
        yield body


def _functions(inputs: Json) -> dict[str, Function]:
    """The operator's functions besides Go's and sprig's."""
    return {
        "inputs": lambda: inputs,
        "slugify": _slug,
        "toYaml": emit,
        "mustToYaml": emit,
        "bool": _truth,
    }


def _slug(name: Json) -> str:
    return slug(text(name), _LONGEST, smart=True)


def _truth(item: Json) -> bool:
    return item if isinstance(item, bool) else text(item) in _TRUE
