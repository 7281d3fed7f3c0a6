"""Two renders to the changes between them, with secrets hidden, noise counted and risks noted.

The comparison is complete: an object that differs in any way is a change or is counted as filtered.
The values in the result may be shown to anybody who may see the report.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.fields import Difference, Path, Reordered, compare, identical, written
from promoter.diff.ignored import IgnoreRule
from promoter.diff.noise import DEFAULT_FILTERS, Filter, is_noise, shows_source
from promoter.diff.pairing import Pair, Reason, pairs
from promoter.diff.redaction import Redactor
from promoter.diff.references import folded
from promoter.diff.risks import Context, risks
from promoter.diff.roles import Roles
from promoter.frozen import frozen
from promoter.model import Change, ChangeKind, Diff, FieldChange, Json, Rendered, Risk

# Fields that repeat what the two keys of a change already say.
_TOLD_BY_KEY: Final[Mapping[Reason, Path]] = {
    Reason.MOVED: ("metadata", "namespace"),
    Reason.RENAMED: ("metadata", "name"),
    Reason.REGROUPED: ("apiVersion",),
}
BLIND: Final = Redactor()
_MOVES: Final = frozenset(_TOLD_BY_KEY)


@frozen
class Options:
    """How a diff is made: what hides values, which fields are noise, what the controller does.

    Without a key in `redactor` hidden values all look alike. `prunes` tells whether the controller
    deletes what is no longer rendered, None when that is unknown. With `roles` two environments are
    compared, and there are no risks: nothing happens to either.
    """

    redactor: Redactor = BLIND
    filters: tuple[Filter, ...] = DEFAULT_FILTERS
    ignored: tuple[IgnoreRule, ...] = ()
    prunes: bool | None = None
    roles: Roles | None = None


DEFAULT: Final = Options()


def same(before: Rendered, after: Rendered) -> bool:
    """Whether both renders hold the same objects in the same order, value for value, types included."""
    if len(before.objects) != len(after.objects):
        return False
    return all(
        one.key == other.key and identical(one.body, other.body)
        for one, other in zip(before.objects, after.objects, strict=True)
    )


def diff(before: Rendered, after: Rendered, options: Options = DEFAULT) -> Diff:
    """What differs between two renders, ordered by namespace, kind and name; empty when nothing does."""
    if options.roles:
        before = options.roles.rekeyed(before, options.roles.before)
        after = options.roles.rekeyed(after, options.roles.after)
    everything = folded(_compared(pair, options.ignored) for pair in pairs(before, after))
    beside_source = shows_source(everything)
    kept = [_without_noise(each, options, beside_source=beside_source) for each in everything]
    context = None if options.roles else Context.of(after, prunes=options.prunes)
    changes = tuple(_change(each, context, options.redactor) for each in kept if _counts(each, options))
    return Diff(changes, sum(each.filtered for each in kept))


def _compared(pair: Pair, ignored: Iterable[IgnoreRule]) -> Compared:
    if pair.before is None:
        assert pair.after is not None
        return Compared(pair, (Difference((), None, pair.after.body, before_present=False),))
    if pair.after is None:
        return Compared(pair, (Difference((), pair.before.body, None, after_present=False),))
    found = _differences(pair, pair.before.body, pair.after.body)
    usable = [rule for rule in ignored if rule.covers(pair.after.key)]
    if not found or not usable:
        return _sorted_out(pair, found, 0)
    before, after = pair.before.body, pair.after.body
    for rule in usable:
        before, after = rule.without(before), rule.without(after)
    kept = _differences(pair, before, after)
    return _sorted_out(pair, kept, max(len(found) - len(kept), 0 if kept else 1))


def _differences(pair: Pair, before: Json, after: Json) -> list[Difference | Reordered]:
    told = _TOLD_BY_KEY.get(pair.reason)
    return [each for each in compare(before, after) if each.path != told]


def _sorted_out(pair: Pair, found: list[Difference | Reordered], filtered: int) -> Compared:
    return Compared(
        pair,
        tuple(each for each in found if isinstance(each, Difference)),
        tuple(each for each in found if isinstance(each, Reordered)),
        _moved(pair),
        filtered,
    )


def _moved(pair: Pair) -> tuple[str, ...]:
    if pair.before is None or pair.reason not in _MOVES:
        return ()
    key = pair.before.key
    if pair.reason is Reason.MOVED:
        return (f"moved from namespace {key.namespace or '(none)'}",)
    if pair.reason is Reason.RENAMED:
        return (f"renamed from {key.name}",)
    return (f"API group was {key.group or '(core)'}",)


def _without_noise(each: Compared, options: Options, *, beside_source: bool) -> Compared:
    differences = options.roles.met(each.differences) if options.roles else each.differences
    kept = tuple(
        difference
        for difference in differences
        if not is_noise(each.key, difference, options.filters, beside_source=beside_source)
        and not (options.roles and options.roles.expects(difference))
    )
    filtered = each.filtered + len(differences) - len(kept)
    return replace(each, differences=kept, filtered=filtered)


def _counts(each: Compared, options: Options) -> bool:
    """Whether the pair differs at all; between environments another name or place alone does not."""
    return bool(each.differences or each.reordered or (each.notes and not options.roles))


def _change(each: Compared, context: Context | None, redactor: Redactor) -> Change:
    """The comparison as a change that may be shown."""
    former = each.pair.before.key if each.pair.before and each.pair.before.key != each.key else None
    orders = tuple(f"order of {written(every.path)} changed" for every in each.reordered)
    return Change(
        _kind(each.pair),
        each.key,
        tuple(_hidden(difference, each, redactor) for difference in each.differences),
        former,
        tuple(_told(risk, each, redactor) for risk in risks(each, context)) if context else (),
        (*each.notes, *orders),
    )


def _kind(pair: Pair) -> ChangeKind:
    if pair.before is None:
        return ChangeKind.ADDED
    if pair.after is None:
        return ChangeKind.REMOVED
    return ChangeKind.MOVED if pair.reason in _MOVES else ChangeKind.CHANGED


def _hidden(difference: Difference, each: Compared, redactor: Redactor) -> FieldChange:
    kind = each.key.kind
    return replace(
        difference.change(),
        before=redactor.value(kind, difference.path, difference.before),
        after=redactor.value(kind, difference.path, difference.after),
    )


def _told(risk: Risk, each: Compared, redactor: Redactor) -> Risk:
    """The risk with hidden values; a field of a Secret is named without its values."""
    if each.key.kind == "Secret" and risk.name == "immutable-field":
        return replace(risk, message=f"{risk.message.partition(':')[0]}: the field cannot change in place")
    return replace(risk, message=redactor.text(risk.message))
