"""The rules over one repository: what they found, merged over environments, suppressed and in order.

It must not do I/O or know a single rule. Callers may rely on this: no rule's error stops the others,
the same input gives the same findings in the same order, and suppressed findings are kept.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from promoter.frozen import frozen
from promoter.lint.catalogue import GIT, LINTER
from promoter.lint.checking import Checked, checked
from promoter.lint.inputs import Inputs
from promoter.lint.ledger import Ledger, Unverified
from promoter.lint.merge import merged
from promoter.lint.rule import Profile, Rule
from promoter.lint.selection import Policy
from promoter.lint.source import Spot
from promoter.lint.suppress import UNVERIFIABLE, Suppression, in_comments
from promoter.lint.suppressing import Candidate, Silenced, silences, suppressed
from promoter.lint.unjudged import Unjudged
from promoter.model import Edit, Finding, Severity

BROKEN_BUILD: Final = "KUS001"
CRASH: Final = "LNT006"
UNUSED: Final = "LNT001"


@frozen
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
    firm = frozenset(rule.code for rule in inputs.rules if rule.code == CRASH or policy.firm(rule))
    return _Run(inputs, policy, firm, checked(inputs, policy, firm)).judgement()


@frozen
class _Run:
    """What one run found, on its way to a judgement; `firm` are the codes that nothing silences."""

    inputs: Inputs
    policy: Policy
    firm: frozenset[str]
    found: Checked

    def judgement(self) -> Judgement:
        written = tuple(self._written())
        candidates = merged(self._explained(), self.policy, self.inputs.rules)
        by = silences(written, self.inputs.accepted, self.firm, self.inputs.today)
        done = suppressed(candidates, by)
        asked = self._open(done)
        own = suppressed(self._linter(written, done.used | self.found.used, asked), by)
        kept = [each.finding for each in done.kept if not each.asks]
        kept += [each.finding for each in own.kept if not _in_use(each, own)]
        hidden = [*self._hidden(done), *(each.finding for each in own.hidden)]
        return Judgement(
            tuple(sorted(kept, key=_order)),
            tuple(sorted(hidden, key=_order)),
            sum(len(root.objects) for root in self.inputs.source.roots),
            len(asked),
            tuple(self._profiles(kept)),
        )

    def _explained(self) -> list[Candidate]:
        """The candidates without builds that fail, or are not tried, for a cause that is named already.

        The cause of a failure is named in a file that the build reads, that of a refusal at its very place.
        """
        graph = self.inputs.source.graph
        errors = {
            c.finding.location
            for c in self.found.candidates
            if c.finding.severity is Severity.ERROR and c.finding.code != BROKEN_BUILD
            and c.finding.object is None and not c.asks
        }  # fmt: skip
        causes = {directory for path in {e.path for e in errors} for directory in graph.readers(path)}
        return [
            c for c in self.found.candidates
            if c.finding.code != BROKEN_BUILD
            or (c.finding.location not in errors if c.asks else c.build not in causes)
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
        weights = {rule.code: self.policy.weight(rule) for rule in filter(self.policy.chosen, LINTER)}
        severity = weights.get(code)
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
        unjudged, accepted = Unjudged(self.inputs.source), self.inputs.accepted
        marks = (*written, *self.found.annotations)
        ledger = Ledger(
            marks, used,
            {name: rule.code for rule in self.inputs.rules for name in (rule.code, rule.name)},
            self._ran(), self.found.crashes, asked, self.inputs.today,
            {item: self._removal(item) for item in written},
            tuple(entry.written for entry in accepted),
            frozenset((
                *(item for item in marks if unjudged.reads(item.location.path)),
                *(entry.written for entry in accepted if unjudged.concerns(entry)),
            )),
        )  # fmt: skip
        for rule in filter(self.policy.chosen, LINTER):
            severity = self.policy.weight(rule)
            if severity is None:
                continue
            for spot in rule.check(ledger):
                yield Candidate(_said(rule, severity, spot), (spot.location,), own=True)

    def _ran(self) -> frozenset[str]:
        """The codes of the rules that ran to their end."""
        about_changes = frozenset(rule.code for rule in GIT) if self.inputs.git is None else frozenset()
        broken = frozenset(crash.code for crash in self.found.crashes)
        chosen = frozenset(rule.code for rule in self.inputs.rules if self.policy.chosen(rule))
        return chosen - about_changes - broken

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
        by_code = {rule.code: rule.profile for rule in self.inputs.rules}
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
    """Whether this calls a suppression unused that silences one of the linter's own findings."""
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
