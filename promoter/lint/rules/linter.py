"""The linter about its own run: suppressions, unknown rules, open questions, its own errors (LNT)."""

from collections.abc import Iterator

from promoter.errors import did_you_mean
from promoter.lint.ledger import Ledger
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import Spot
from promoter.lint.suppress import Suppression
from promoter.model import Fix, Severity


def _names(item: Suppression) -> str:
    return ", ".join(item.codes) or "every rule"


@rule("LNT001", "unused-suppression", Severity.WARNING, Profile.STRUCTURE, scope=Scope.SOURCE, fix="safe")
def unused_suppression(run: Ledger) -> Iterator[Spot]:
    """A suppression silences nothing.

    ## What it does
    Reports comments, annotations `promoter.dev/ignore` and entries of `lint.ignores` in the configuration
    that suppress rules which ran and found nothing there. One that names several rules, a group of them or
    every rule is judged only when all of these ran, and only when everything was judged that it speaks of:
    not while a build of it fails or was not asked for. An annotation in a base is unused when it silences
    nothing in any environment.

    ## Why
    It hides the next real finding, and readers believe that something is wrong.

    ## Example
    ```yaml
    image: ghcr.io/acme/web:1.4.2 # promoter: ignore[IMG001] the registry has only one
    ```

    ## Instead
    ```yaml
    image: ghcr.io/acme/web:1.4.2
    ```

    ## Fix safety
    Safe: the comment is removed. Annotations and entries are left to people.
    """
    for item in (*run.suppressions, *run.accepted):
        if item in run.used or not _judged(run, item) or not item.lasts(run.today):
            continue
        edit = run.removals.get(item)
        fix = Fix("remove the comment", (edit,), safe=True) if edit else None
        yield Spot(item.location, f"the suppression of {_names(item)} silences nothing", fix)


def _judged(run: Ledger, item: Suppression) -> bool:
    """Whether every rule that it speaks of exists, and ran over all that its file is built into."""
    named = {code for said, code in run.known.items() if item.covers(code, said)}
    return not any(_unknown(run, item)) and named <= run.active and item not in run.partial


def _unknown(run: Ledger, item: Suppression) -> Iterator[str]:
    for said in item.codes:
        if said != "ALL" and said not in run.known and not any(name.startswith(said) for name in run.known):
            yield said


@rule("LNT002", "suppression-without-reason", Severity.WARNING, Profile.STRUCTURE, scope=Scope.SOURCE)
def suppression_without_reason(run: Ledger) -> Iterator[Spot]:
    """A suppression gives no reason, or its time is over.

    ## What it does
    Reports suppressions with no text after the codes, and those whose `until` lies in the past: comments,
    annotations `promoter.dev/ignore` and entries of `lint.ignores` in the configuration.

    ## Why
    Nobody can tell whether it may go, so it stays for ever.

    ## Example
    ```yaml
    hostNetwork: true # promoter: ignore[SEC102]
    ```

    ## Instead
    ```yaml
    hostNetwork: true # promoter: ignore[SEC102] until=2030-01-31 the agent reads the node's sockets
    ```
    """
    for item in (*run.suppressions, *run.accepted):
        if not item.lasts(run.today):
            yield Spot(item.location, f"the suppression of {_names(item)} ended on {item.until}")
        elif not item.reason:
            yield Spot(item.location, f"the suppression of {_names(item)} gives no reason")


@rule("LNT003", "unknown-rule", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def unknown_rule(run: Ledger) -> Iterator[Spot]:
    """A suppression names a rule that does not exist.

    ## What it does
    Reports codes and names in comments and annotations that no rule has and no code begins with.

    ## Why
    The suppression does nothing, and looks as if it did.

    ## Example
    ```yaml
    hostNetwork: true # promoter: ignore[host-networking] the agent reads the node's sockets
    ```

    ## Instead
    ```yaml
    hostNetwork: true # promoter: ignore[host-namespaces] the agent reads the node's sockets
    ```
    """
    for item in run.suppressions:
        for said in _unknown(run, item):
            hint = did_you_mean(said, list(run.known))
            yield Spot(item.location, f"no rule is called `{said}`" + (f"; {hint}" if hint else ""))


@rule("LNT004", "unverifiable", Severity.NOTE, Profile.STRUCTURE, scope=Scope.SOURCE)
def unverifiable(run: Ledger) -> Iterator[Spot]:
    """A rule could not decide with what is here.

    ## What it does
    Says which question stayed open and why: a remote base, a schema that is not known, a generator that
    asks a cluster. What silences the rule that asks silences its question too.

    ## Why
    Silence would read as a pass.

    ## Example
    ```yaml
    resources:
      - https://github.com/acme/platform//web?ref=v1
    ```

    ## Instead
    ```yaml
    resources:
      - ../../base
    ```
    """
    for item in run.unverified:
        yield Spot(item.location, item.text, environments=item.environments)


@rule("LNT006", "rule-crash", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def rule_crash(run: Ledger) -> Iterator[Spot]:
    """A rule broke; the others ran.

    ## What it does
    Reports the error of a rule that did not finish, with what it was looking at. Nothing silences it.

    ## Why
    A rule that broke has found nothing, which is not the same as nothing to find. It is a bug in promoter:
    please report it.

    ## Example
    ```
    LNT006 REF003 broke: KeyError: 'spec'
    ```

    ## Instead
    ```
    (no finding)
    ```
    """
    for crash in run.crashes:
        yield Spot(crash.where, f"{crash.code} broke: {crash.error}")
