"""Asks the chosen rules, and brings what they find to the place in the sources where it belongs.

It must not weigh or merge anything, nor suppress what an object's own annotations do not silence. Callers
may rely on this: a rule's error is a Crash, and the other rules run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from promoter.frozen import frozen
from promoter.lint.annotated import Annotations
from promoter.lint.catalogue import ENVIRONMENTS, GIT, RENDERED, SOURCE
from promoter.lint.context import RenderedContext, context
from promoter.lint.environments import Divergence, EnvironmentsContext
from promoter.lint.inputs import Inputs
from promoter.lint.lanes import Lanes
from promoter.lint.ledger import Crash
from promoter.lint.locate import Locator
from promoter.lint.mending import mended
from promoter.lint.rule import Report, Rule
from promoter.lint.selection import Policy
from promoter.lint.source import Root, Spot
from promoter.lint.suppress import Suppression
from promoter.lint.suppressing import Candidate
from promoter.model import Finding, Location, Rendered

C = TypeVar("C")
R = TypeVar("R")
CRD: Final = "CustomResourceDefinition"


@frozen
class Checked:
    """What the rules said, in the order in which they were asked, and which of them broke.

    `annotations` are promoter's own on the rendered objects, `used` those that silenced something.
    """

    candidates: tuple[Candidate, ...]
    crashes: tuple[Crash, ...]
    annotations: tuple[Suppression, ...]
    used: frozenset[Suppression]


def checked(inputs: Inputs, policy: Policy, firm: frozenset[str]) -> Checked:
    """What the chosen rules find; `firm` are the codes of rules that nothing silences."""
    run = _Run(inputs, policy, firm)
    run.source()
    run.rendered()
    run.environments()
    run.git()
    written = tuple(run.annotations.written(inputs.source.roots))
    return Checked(tuple(run.candidates), tuple(run.crashes), written, run.annotations.used)


class _Run:
    """One run's work in progress."""

    def __init__(self, inputs: Inputs, policy: Policy, firm: frozenset[str]) -> None:
        self.inputs: Final = inputs
        self.policy: Final = policy
        self.locator: Final = Locator(inputs.source)
        self.annotations: Final = Annotations(self.locator, firm, inputs.today)
        self.crashes: list[Crash] = []
        self.candidates: list[Candidate] = []
        self.contexts: dict[int, RenderedContext] = {}
        roots = inputs.source.roots
        self.crds: Final = tuple(o for root in roots for o in root.objects if o.key.kind == CRD)
        self.lanes: Final = Lanes(roots, self.crds)
        self.unresolved: Final = any(
            each.path is None and each.reason is not None for each in inputs.source.deployables
        )

    def _chosen(self, rules: Iterable[Rule[C, R]]) -> Iterator[Rule[C, R]]:
        return (rule for rule in rules if self.policy.chosen(rule))

    def _checked(self, rule: Rule[C, R], subject: C, where: Location) -> list[R]:
        try:
            return list(rule.check(subject))
        except Exception as error:  # noqa: BLE001 -- one broken rule must not hide what the others find
            self.crashes.append(Crash(rule.code, where, f"{type(error).__name__}: {error}"))
            return []

    def source(self) -> None:
        for rule in self._chosen(SOURCE):
            for spot in self._checked(rule, self.inputs.source, Location("")):
                self._spotted(rule, spot)

    def _spotted(self, rule: Rule[C, R], spot: Spot) -> None:
        reading = {root.environment for root in self.inputs.source.readers(spot.location.path)}
        environments = spot.environments or tuple(sorted(reading - {""}))
        finding = Finding(
            rule.code, rule.name, rule.severity, spot.message, spot.location, environments,
            related=spot.related, fix=spot.fix,
        )  # fmt: skip
        asks = not spot.verifiable
        self.candidates.append(Candidate(finding, (spot.location,), spot.build, asks=asks))

    def rendered(self) -> None:
        rules = tuple(self._chosen((*RENDERED, *self.inputs.custom)))
        for root in self.inputs.source.roots:
            if isinstance(root.rendered, Rendered):
                subject, where = self._context(root), self.locator.entry(root)
                found = [(rule, r) for rule in rules for r in self._checked(rule, subject, where)]
                said = {(code, r.object, r.path) for rule, r in found for code in rule.overrides}
                for rule, report in found:
                    if (rule.code, report.object, report.path) not in said:
                        self._reported(rule, root, report)

    def _context(self, root: Root) -> RenderedContext:
        known = self.contexts.get(id(root))
        if known is None:
            known = self.contexts[id(root)] = self._new_context(root)
        return known

    def _new_context(self, root: Root) -> RenderedContext:
        assert isinstance(root.rendered, Rendered)
        return context(
            root.rendered.objects,
            around=self.lanes.around(root),
            namespace=root.namespace,
            environment=root.environment,
            controller=root.deployable.controller if root.deployable is not None else "",
            minor=self.inputs.minors.get(root.environment, self.inputs.minor),
            profile=self.policy.profile,
            unclaimed=self.unresolved
            and root.deployable is not None
            and root.deployable.controller == "layout",
            settings=self.inputs.source.settings,
            external=self.inputs.external,
            crds=self.crds,
        )

    def _reported(self, rule: Rule[C, R], root: Root, report: Report) -> None:
        located = self.locator.locate(root, report)
        silenced = self.annotations.reason(root, rule.code, rule.name, report)
        finding = Finding(
            rule.code, rule.name, rule.severity, report.message, located.location, root.environments,
            report.object, located.field, located.related, mended(self.locator, root, report),
            rendered_only=located.rendered_only, suppressed=silenced,
        )  # fmt: skip
        spans = (located.location, *located.spans) if not located.rendered_only else ()
        self.candidates.append(Candidate(finding, spans, asks=not report.verifiable))

    def environments(self) -> None:
        rules = tuple(self._chosen(ENVIRONMENTS))
        for app, roots in self._apps() if rules else ():
            renders = {name: self._context(root) for name, root in roots.items()}
            subject = EnvironmentsContext(app, self.inputs.stages, renders, self.inputs.source.settings)
            for rule in rules:
                where = self.locator.entry(next(iter(roots.values())))
                for found in self._checked(rule, subject, where):
                    self._diverged(rule, roots, found)

    def _diverged(self, rule: Rule[C, R], roots: Mapping[str, Root], found: Divergence) -> None:
        root = roots.get(found.environment)
        if root is not None:
            self._reported(rule, root, found.report)

    def _apps(self) -> Iterator[tuple[str, dict[str, Root]]]:
        """Each app that renders in several environments; an environment that has it twice is left out."""
        found: dict[str, dict[str, list[Root]]] = {}
        for root in self.inputs.source.roots:
            if root.app and root.environment and isinstance(root.rendered, Rendered):
                found.setdefault(root.app, {}).setdefault(root.environment, []).append(root)
        for app, by_environment in sorted(found.items()):
            single = {name: roots[0] for name, roots in by_environment.items() if len(roots) == 1}
            if len(single) > 1:
                yield app, single

    def git(self) -> None:
        if self.inputs.git is None:
            return
        roots = {(root.app, root.environment): root for root in self.inputs.source.roots}
        for rule in self._chosen(GIT):
            for found in self._checked(rule, self.inputs.git, Location("")):
                root = roots.get((found.app, found.environment))
                if root is not None:
                    self._reported(rule, root, Report(found.object, found.path, found.message))
