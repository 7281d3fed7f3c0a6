"""Rules of a repository's own: a CEL expression over one rendered object, as in Kubernetes' policies.

`object` is the manifest and `environment` the environment's name; the expression says what must hold. It
needs the optional extra `cel`; nothing here runs more than CEL can say, which cannot loop or call out.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol

from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.lint.context import RenderedContext
from promoter.lint.objects import kind_of
from promoter.lint.rule import Profile, Report, Rule, Scope
from promoter.model import KubeObject, Severity


@frozen
class Custom:
    """One rule as written; empty `kinds` mean every object, else `Deployment.apps` or `Deployment`."""

    code: str
    name: str
    expression: str
    message: str
    kinds: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR


class _Program(Protocol):
    """A compiled expression."""

    def execute(self, context: dict[str, object]) -> object:
        """Its value; raises KeyError, TypeError, ValueError or RuntimeError where it has none."""


@cache
def rule(custom: Custom) -> Rule[RenderedContext, Report]:
    """The rule. Raises UsageError without the extra `cel`, and for an expression that does not parse."""
    program = _compiled(custom)

    def check(render: RenderedContext) -> Iterator[Report]:
        for item in render.objects:
            if not custom.kinds or {item.key.kind, kind_of(item.key)} & set(custom.kinds):
                yield from _asked(custom, program, item, render.environment)

    documentation = (
        f"{custom.message}\n\n## What it does\nReports objects for which this CEL is not true:\n\n"
        f"```\n{custom.expression}\n```"
    )
    return Rule(
        custom.code, custom.name, custom.severity, Scope.RENDERED, Profile.STRUCTURE,
        custom.message, documentation, check,
    )  # fmt: skip


def _compiled(custom: Custom) -> _Program:
    try:
        from cel import compile as compiled
    except ImportError as error:
        raise UsageError(
            f"the rule {custom.code} needs the extra `cel`", hint="pip install 'promoter[cel]'"
        ) from error
    try:
        program: _Program = compiled(custom.expression)
    except ValueError as error:
        raise UsageError(
            f"the expression of {custom.code} is not CEL: {error}",
            hint="mend it in promoter.yaml, under lint.rules",
        ) from error
    return program


def _asked(custom: Custom, program: _Program, item: KubeObject, environment: str) -> Iterator[Report]:
    """What the expression says of one object; a question where it cannot be decided."""
    try:
        holds = program.execute({"object": item.body, "environment": environment})
    except KeyError as error:
        message = f"{custom.message} (there is no {error} to decide by)"
        yield Report(item.key, (), message, verifiable=False)
    except (TypeError, ValueError, RuntimeError) as error:
        yield Report(item.key, (), f"{custom.message} ({error})", verifiable=False)
    else:
        if holds is not True:
            yield Report(item.key, (), custom.message)


def rules(customs: Iterable[Custom], taken: Iterable[str]) -> tuple[Rule[RenderedContext, Report], ...]:
    """The rules, in their order. Raises UsageError when a code or name is one of `taken` or comes twice."""
    seen = set(taken)
    found = []
    for custom in customs:
        for name in (custom.code, custom.name):
            if name in seen:
                raise UsageError(f"there is a rule called {name!r} already", hint="choose another code")
            seen.add(name)
        found.append(rule(custom))
    return tuple(found)
