"""The rules over one repository: run, locate at the source, merge environments, suppress, order.

It must not do I/O or know a single rule. Callers may rely on this: no rule's error stops the others,
the same input gives the same findings in the same order, and suppressed findings are kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeVar

from promoter.lint.accepted import Accepted
from promoter.lint.catalogue import ENVIRONMENTS, GIT, LINTER, RENDERED, RULES, SOURCE, AnyRule
from promoter.lint.context import LATEST, RenderedContext, context
from promoter.lint.environments import Divergence, EnvironmentsContext, GitContext, Stage
from promoter.lint.lanes import Lanes
from promoter.lint.ledger import Crash, Ledger, Unverified
from promoter.lint.locate import Locator
from promoter.lint.mending import mended
from promoter.lint.merge import merged
from promoter.lint.rule import Profile, Report, Rule
from promoter.lint.selection import Policy
from promoter.lint.source import Root, SourceContext, Spot
from promoter.lint.suppress import Suppression, in_annotations, in_comments
from promoter.lint.suppressing import UNVERIFIABLE, Candidate, Silenced, silences, suppressed
from promoter.model import Edit, Finding, KubeObject, Location, Rendered, Severity

C = TypeVar("C")
R = TypeVar("R")
BROKEN_BUILD: Final = "KUS001"
CRASH: Final = "LNT006"
UNUSED: Final = "LNT001"
CRD: Final = "CustomResourceDefinition"


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Everything that is judged. `minors` are the Kubernetes minor versions by environment.

    `external` lists, by kind, globs of what exists outside the repository; `git` is None without a base
    revision to compare with. `today` decides which suppressions have ended;
    `accepted` and `custom`
    rules are the configuration's.
    """

    source: SourceContext
    today: date
    stages: tuple[Stage, ...] = ()
    minors: Mapping[str, int] = field(default_factory=dict)
    minor: int = LATEST
    external: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    git: GitContext | None = None
    accepted: tuple[Accepted, ...] = ()
    custom: tuple[Rule[RenderedContext, Report], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings in order, the suppressed ones after them, and how many objects were judged.

    `profiles` names, for each environment, the most demanding profile that it passes, None for none.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    objects: int
    unverifiable: int
    profiles: tuple[tuple[str, Profile | None], ...]


def judge(inputs: Inputs, policy: Policy) -> Judgement:
    """What the chosen rules find."""
    return _Run(inputs, policy).judgement()


def _objects(root: Root) -> tuple[KubeObject, ...]:
    return root.rendered.objects if isinstance(root.rendered, Rendered) else ()


class _Run:
    """One run's work in progress."""

    def __init__(self, inputs: Inputs, policy: Policy) -> None:
        self.inputs: Final = inputs
        self.policy: Final = policy
        self.rules: Final[tuple[AnyRule, ...]] = (*RULES, *inputs.custom)
        self.firm: Final = frozenset(r.code for r in self.rules if r.code == CRASH or policy.firm(r))
        self.locator: Final = Locator(inputs.source.model)
        self.crashes: list[Crash] = []
        self.candidates: list[Candidate] = []
        self.contexts: dict[int, RenderedContext] = {}
        roots = inputs.source.roots
        self.crds: Final = tuple(o for root in roots for o in _objects(root) if o.key.kind == CRD)
        self.lanes: Final = Lanes(roots, self.crds)
        self.unresolved: Final = any(
            each.path is None and each.reason is not None for each in inputs.source.deployables
        )

    def judgement(self) -> Judgement:
        self._source()
        self._rendered()
        self._environments()
        self._git()
        written = tuple(self._written())
        candidates = merged(self._explained(), self.policy, self.rules)
        by = silences(written, self.inputs.accepted, self.firm, self.inputs.today)
        done = suppressed(candidates, by)
        asked = self._open(done)
        own = suppressed(self._linter(written, done.used, asked), by)
        kept = [each.finding for each in done.kept if not each.asks]
        kept += [each.finding for each in own.kept if not _in_use(each, own)]
        hidden = [*self._hidden(done), *(each.finding for each in own.hidden)]
        return Judgement(
            tuple(sorted(kept, key=_order)),
            tuple(sorted(hidden, key=_order)),
            sum(
                len(r.rendered.objects)
                for r in self.inputs.source.roots
                if isinstance(r.rendered, Rendered)
            ),
            len(asked),
            tuple(self._profiles(kept)),
        )

    # --- running ---------------------------------------------------------------------------

    def _chosen(self, rules: Iterable[Rule[C, R]]) -> Iterator[Rule[C, R]]:
        return (rule for rule in rules if self.policy.chosen(rule))

    def _checked(self, rule: Rule[C, R], subject: C, where: Location) -> list[R]:
        try:
            return list(rule.check(subject))
        except Exception as error:  # noqa: BLE001 -- one broken rule must not hide what the others find
            self.crashes.append(Crash(rule.code, where, f"{type(error).__name__}: {error}"))
            return []

    def _source(self) -> None:
        for rule in self._chosen(SOURCE):
            for spot in self._checked(rule, self.inputs.source, Location("")):
                self._spotted(rule, spot)

    def _spotted(self, rule: Rule[C, R], spot: Spot) -> None:
        environments = spot.environments or self._readers(spot.location.path)
        finding = Finding(
            rule.code, rule.name, rule.severity, spot.message, spot.location, environments,
            related=spot.related, fix=spot.fix,
        )  # fmt: skip
        asks = not spot.verifiable
        self.candidates.append(Candidate(finding, (spot.location,), spot.build, asks=asks))

    def _readers(self, path: str) -> tuple[str, ...]:
        builds = set(self.inputs.source.graph.readers(path))
        names = {
            root.environment
            for root in self.inputs.source.roots
            if root.directory in builds or path in root.files or path.startswith(f"{root.directory}/")
        }
        return tuple(sorted(name for name in names if name))

    def _rendered(self) -> None:
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
        environments = (root.environment,) if root.environment else ()
        silenced = self._annotated(root, rule, report)
        finding = Finding(
            rule.code, rule.name, rule.severity, report.message, located.location, environments,
            report.object, located.field, located.related, mended(self.locator, root, report),
            rendered_only=located.rendered_only, suppressed=silenced,
        )  # fmt: skip
        spans = (located.location, *located.spans) if not located.rendered_only else ()
        self.candidates.append(Candidate(finding, spans, asks=not report.verifiable))

    def _annotated(self, root: Root, rule: Rule[C, R], report: Report) -> str | None:
        """The reason that the object's own annotations give for silencing the rule, None without one."""
        asks = not report.verifiable
        if rule.code in self.firm or (asks and UNVERIFIABLE[0] in self.firm):
            return None
        wanted = self.locator.object(root, report.object)
        for item in in_annotations(wanted.body, self.locator.entry(root)) if wanted else ():
            named = item.covers(rule.code, rule.name) or (asks and item.names(*UNVERIFIABLE))
            if named and item.lasts(self.inputs.today):
                return item.reason or "by annotation, without a reason"
        return None

    def _environments(self) -> None:
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

    def _git(self) -> None:
        if self.inputs.git is None:
            return
        roots = {(root.app, root.environment): root for root in self.inputs.source.roots}
        for rule in self._chosen(GIT):
            for found in self._checked(rule, self.inputs.git, Location("")):
                root = roots.get((found.app, found.environment))
                if root is not None:
                    self._reported(rule, root, Report(found.object, found.path, found.message))

    # --- finishing --------------------------------------------------------------------------

    def _explained(self) -> list[Candidate]:
        """The candidates without failed builds whose cause is already named in a file they read."""
        graph = self.inputs.source.graph
        errors = {
            c.finding.location.path
            for c in self.candidates
            if c.finding.severity is Severity.ERROR and c.finding.code != BROKEN_BUILD
            and c.finding.object is None and not c.asks
        }  # fmt: skip
        causes = {directory for path in errors for directory in graph.readers(path)}
        return [
            c for c in self.candidates
            if c.asks or c.finding.code != BROKEN_BUILD or c.build not in causes
        ]  # fmt: skip

    def _written(self) -> Iterator[Suppression]:
        for path in self.inputs.source.files:
            yield from in_comments(self.inputs.source.graph.yaml(path))

    def _open(self, done: Silenced) -> tuple[Unverified, ...]:
        """The questions that stay open, each once for all of its environments."""
        found: dict[Unverified, set[str]] = {}
        for each in done.kept:
            if each.asks:
                asked = _asked(each.finding)
                found.setdefault(replace(asked, environments=()), set()).update(asked.environments)
        return tuple(replace(item, environments=tuple(sorted(names))) for item, names in found.items())

    def _hidden(self, done: Silenced) -> Iterator[Finding]:
        """The findings that are silenced; a question is one of the rule that would have reported it."""
        code, name = UNVERIFIABLE
        severity = {rule.code: self.policy.weight(rule) for rule in self._chosen(LINTER)}.get(code)
        for each in done.hidden:
            if not each.asks:
                yield each.finding
            elif severity is not None:
                text = _asked(each.finding).text
                yield replace(each.finding, code=code, name=name, severity=severity, message=text)

    def _linter(
        self,
        written: tuple[Suppression, ...],
        used: frozenset[Suppression],
        asked: tuple[Unverified, ...],
    ) -> Iterator[Candidate]:
        """What the linter says of its own run."""
        ledger = Ledger(
            written, used,
            {name: rule.code for rule in self.rules for name in (rule.code, rule.name)},
            self._ran(), tuple(self.crashes), asked, self.inputs.today,
            {item: self._removal(item) for item in written},
            tuple(Suppression("", e.rules, e.reason, e.location, e.until) for e in self.inputs.accepted),
            frozenset(path for path in {item.location.path for item in written} if self._partial(path)),
        )  # fmt: skip
        for rule in self._chosen(LINTER):
            severity = self.policy.weight(rule)
            if severity is None:
                continue
            for spot in rule.check(ledger):
                yield Candidate(_said(rule, severity, spot), (spot.location,), own=True)

    def _ran(self) -> frozenset[str]:
        """The codes of the rules that ran to their end."""
        about_changes = frozenset(rule.code for rule in GIT) if self.inputs.git is None else frozenset()
        broken = frozenset(crash.code for crash in self.crashes)
        chosen = frozenset(rule.code for rule in self.rules if self.policy.chosen(rule))
        return chosen - about_changes - broken

    def _partial(self, path: str) -> bool:
        """Whether the file also counts for something deployed that was not built or not asked for."""
        source = self.inputs.source
        built = {root.directory for root in source.roots if isinstance(root.rendered, Rendered)}
        readers = set(source.graph.readers(path))
        return any(each.path in readers and each.path not in built for each in source.deployables)

    def _removal(self, item: Suppression) -> Edit:
        """The edit that takes a comment away, and its line when nothing else is on it."""
        file = self.inputs.source.graph.yaml(item.location.path)
        begin = file.line_starts[item.location.line - 1]
        start = begin + item.location.column - 1
        end = begin + item.location.end_column - 1
        bare = file.text[begin:start].rstrip()
        if bare:
            return Edit(file.path, begin + len(bare), end, "")
        after = file.text[end : end + 2]
        return Edit(file.path, begin, end + (2 if after == "\r\n" else 1 if after[:1] == "\n" else 0), "")

    def _profiles(self, kept: list[Finding]) -> Iterator[tuple[str, Profile | None]]:
        by_code = {rule.code: rule.profile for rule in self.rules}
        for name in sorted({root.environment for root in self.inputs.source.roots if root.environment}):
            failed = [
                by_code[f.code] for f in kept
                if name in f.environments and f.severity is not Severity.NOTE and f.code in by_code
            ]  # fmt: skip
            least = min(failed, default=Profile.OPTIONAL)
            passed = [p for p in Profile if p < least and p <= self.policy.profile]
            yield name, max(passed, default=None)


def _said(rule: Rule[Ledger, Spot], severity: Severity, spot: Spot) -> Finding:
    names = spot.environments
    return Finding(rule.code, rule.name, severity, spot.message, spot.location, names, fix=spot.fix)


def _asked(finding: Finding) -> Unverified:
    return Unverified(finding.code, finding.location, finding.message, finding.environments)


def _in_use(candidate: Candidate, own: Silenced) -> bool:
    """Whether this calls a comment unused that silences one of the linter's own findings."""
    said = candidate.finding
    return said.code == UNUSED and any(item.location == said.location for item in own.used)


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.location
    return (
        place.path,
        place.line,
        place.column,
        finding.code,
        finding.field,
        str(finding.object),
        finding.message,
    )
