"""The environments of `promoter.yaml`: their rules, what they copy, and the order that `needs` gives."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from promoter.config.reading import Fields
from promoter.config.values import Approvals, Checks, Environment, Window, Windows
from promoter.errors import did_you_mean, nearest

LAND: Final = ("manual", "when-green", "queue")


def environments(fields: Fields) -> dict[str, Environment]:
    """The environments by name, in the order written. Raises ConfigError for unknown names and loops."""
    nodes = dict(fields.named())
    found: dict[str, Environment] = {}

    def read(name: str, below: tuple[str, ...]) -> Environment:
        if name not in found:
            own = Fields(fields.file, nodes[name], f"environments.{name}")
            like = own.text("like", "")
            model = Environment(name)
            if like:
                _check_name(own, "like", like, nodes.keys() - {name, *below})
                model = replace(read(like, (*below, name)), name=name)
            found[name] = _environment(own, model)
        return found[name]

    for name, node in nodes.items():
        own = Fields(fields.file, node, f"environments.{name}")
        for needed in read(name, ()).needs:
            _check_name(own, "needs", needed, set(nodes))
    _check_order(fields, found)
    return {name: found[name] for name in nodes}


def _check_name(fields: Fields, key: str, name: str, known: set[str]) -> None:
    if name not in known:
        node = fields.take(key) or fields.node
        assert node is not None
        hint = nearest(name, sorted(known), "known environments")
        raise fields.error(node, f"{fields.what}.{key} names the unknown environment {name!r}", hint)


def _check_order(fields: Fields, found: dict[str, Environment]) -> None:
    """Raise when `needs` form a loop: nothing could ever be promoted through it."""
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            loop = " needs ".join((*above[above.index(name) :], name))
            assert fields.node is not None
            raise fields.error(fields.node, f"environments need each other in a loop: {loop}")
        if name not in done:
            for needed in found[name].needs:
                visit(needed, (*above, name))
            done.add(name)

    for name in found:
        visit(name, ())


def _environment(fields: Fields, model: Environment) -> Environment:
    checks, approvals = fields.mapping("checks"), fields.mapping("approvals")
    environment = replace(
        model,
        tier=fields.text("tier", model.tier),
        group=fields.text("group", model.group),
        needs=fields.texts("needs", model.needs),
        needs_mode=fields.choice("needs_mode", ("all", "any"), model.needs_mode),
        soak=fields.duration("soak", model.soak),
        land=fields.choice("land", LAND, model.land),
        checks=Checks(
            checks.texts("active", model.checks.active), checks.texts("proposed", model.checks.proposed)
        ),
        approvals=Approvals(
            approvals.count("count", model.approvals.count),
            approvals.texts("teams", model.approvals.teams),
            approvals.flag("author_counts", default=model.approvals.author_counts),
        ),
        windows=_windows(fields.mapping("windows"), model.windows),
        kubernetes=fields.text("kubernetes", model.kubernetes),
    )
    for part in (checks, approvals, fields):
        part.finish()
    return environment


def _windows(fields: Fields, model: Windows) -> Windows:
    windows = Windows(
        fields.text("timezone", model.timezone),
        tuple(_window(window) for window in fields.each("allow")) or model.allow,
        tuple(_window(window) for window in fields.each("deny")) or model.deny,
    )
    _check_timezone(fields, windows.timezone)
    fields.finish()
    return windows


def _check_timezone(fields: Fields, name: str) -> None:
    from zoneinfo import available_timezones

    node = fields.take("timezone")
    if node is not None and name not in available_timezones():
        hint = did_you_mean(name, sorted(available_timezones()))
        raise fields.error(node, f"expected an IANA time zone like Europe/Stockholm, found {name!r}", hint)


def _is_cron(start: str) -> bool:
    """Whether a start has five fields (minute, hour, day, month, weekday), and some day has all of them."""
    from cronsim import CronSim, CronSimError

    try:
        CronSim(start, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError:
        return False
    return len(start.split()) == 5  # noqa: PLR2004 - the reader also takes one with seconds


def _window(fields: Fields) -> Window:
    window = Window(fields.text("start", ""), fields.duration("for"), fields.text("name", ""))
    if not _is_cron(window.start) and fields.node:
        raise fields.error(
            fields.node, f'expected a cron start like "0 9 * * mon-thu", found {window.start!r}'
        )
    fields.finish()
    return window
