"""The settings of `promoter.yaml` as values; every default is written here and nowhere else."""

from collections.abc import Mapping
from dataclasses import field

from promoter.frozen import frozen
from promoter.model import Json


@frozen
class Window:
    """A recurring span of time: a five-field cron `start` and its `duration` in seconds."""

    start: str
    duration: int
    name: str = ""


@frozen
class Windows:
    """When an environment may change. `deny` beats `allow`; no `allow` means always."""

    timezone: str = "UTC"
    allow: tuple[Window, ...] = ()
    deny: tuple[Window, ...] = ()


@frozen
class Approvals:
    """How many people must approve, of which teams (`org/slug`, any of them; empty: anybody).

    `author_counts` tells whether whoever asked for the promotion may approve it.
    """

    count: int = 0
    teams: tuple[str, ...] = ()
    author_counts: bool = False


@frozen
class Checks:
    """Commit statuses that must be green: where the version runs already, and on the pull request."""

    active: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


@frozen
class Environment:
    """One environment and the gates before it. `soak` is in seconds."""

    name: str
    tier: str = "nonprod"
    group: str = ""
    needs: tuple[str, ...] = ()
    needs_mode: str = "all"
    soak: int = 0
    land: str = "manual"
    checks: Checks = Checks()
    approvals: Approvals = Approvals()
    windows: Windows = Windows()
    kubernetes: str = ""


@frozen
class AppImage:
    """How one image of an app is versioned. `names` are the placeholders that stand for `repo`."""

    repo: str
    names: tuple[str, ...] = ()
    order: str = "semver"
    versions: str = ""
    direction: str = "forward"
    digest: str = "follow"


@frozen
class Target:
    """A place that discovery cannot find: setter type, file, and JSON pointer or field and name."""

    type: str
    file: str
    path: str = ""
    field: str = ""
    name: str = ""
    image: str = ""


@frozen
class Carry:
    """Content other than images that travels with a promotion: JSON pointers of one file."""

    file: str
    paths: tuple[str, ...]


@frozen
class App:
    """What is known of one app beyond what the repository shows.

    Nothing goes back from `irreversible_before` or later to a version before it, unless somebody insists.
    """

    name: str
    owners: tuple[str, ...] = ()
    images: tuple[AppImage, ...] = ()
    where: Mapping[str, tuple[Target, ...]] = field(default_factory=dict, hash=False)
    carry: tuple[Carry, ...] = ()
    keep: tuple[str, ...] = ()
    create: bool = False
    irreversible_before: str = ""


@frozen
class Bundle:
    """Apps that are promoted and rolled back together."""

    name: str
    apps: tuple[str, ...]
    atomic: bool = True


@frozen
class PullRequests:
    """How promotions are proposed; `branch` and `labels` may hold {subject}, {app} and {env}."""

    per: str = "app-env"
    branch: str = "promote/{subject}/{env}"
    labels: tuple[str, ...] = ("promotion",)
    reviewers: tuple[str, ...] = ()


@frozen
class AccessRule:
    """Who may do what where; the first rule that matches decides."""

    may: tuple[str, ...]
    env: str
    who: tuple[str, ...]


@frozen
class Rollback:
    """What a rollback does besides changing the version. `hold` is `until-released`, `none` or seconds."""

    land: str = "when-green"
    hold: str = "until-released"
    skip_bad_version: bool = True


@frozen
class Verify:
    """What is asked of the registry: `exists` is off, warn or require; `signature` is none."""

    exists: str = "off"
    signature: str = "none"


@frozen
class LintIgnore:
    """Findings that are accepted: those of `rules` at what the other parts describe, empty for anything.

    `path` is a glob of files, `object` of `Kind/name`, `container` of names. `until` is the last day it
    counts, as `2030-01-31`; `line` is where it stands in the configuration.
    """

    rules: tuple[str, ...]
    reason: str
    path: str = ""
    object: str = ""
    container: str = ""
    environments: tuple[str, ...] = ()
    until: str = ""
    line: int = 1


@frozen
class LintRule:
    """A rule of the repository's own: objects of `kinds` for which the CEL `expression` is false."""

    code: str
    name: str
    expression: str
    message: str
    kinds: tuple[str, ...] = ()
    severity: str = "error"


@frozen
class Lint:
    """The linter's settings; `select`, `ignore` and the keys of `severity` are codes, prefixes or names.

    `environments` gives severities that hold in one environment; `external` globs, by kind, of objects
    that exist outside the repository; `non_ignorable` rules that nothing may silence; `issue_labels` the
    labels of an issue by its worst severity, where they are not our own.
    """

    fail_on: str = "error"
    profile: str = "recommended"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict, hash=False)
    options: Mapping[str, Mapping[str, Json]] = field(default_factory=dict, hash=False)
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    ignores: tuple[LintIgnore, ...] = ()
    non_ignorable: tuple[str, ...] = ()
    external: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    rules: tuple[LintRule, ...] = ()
    baseline: str = ""
    issue_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@frozen
class DiffRules:
    """What diffs hide and count besides the default noise: `[KIND[/NAME]:]PATH` each."""

    hide: tuple[str, ...] = ()


@frozen
class Render:
    """Which engine builds: `bundled` or a program's name or path; `remote` lists allowed hosts.

    `helm` renders charts: a program's name or path, or `none`.
    """

    kustomize: str = "bundled"
    helm: str = "helm"
    remote: tuple[str, ...] = ()
    memory: int = 2048
    timeout: int = 60


@frozen
class ArgoCD:
    """How Argo CD is set up. `git_file_globbing` is `old`, `new`, or `auto`: as a committed file says."""

    git_file_globbing: str = "auto"


@frozen
class Flux:
    """How Flux is set up. `images` says what an image of a FluxKustomization does with that of the file."""

    images: str = "merge"


@frozen
class Config:
    """Everything that `promoter.yaml` says; the defaults are what holds without the file."""

    branch: str = ""
    layout: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    inventory: str = ""
    environments: Mapping[str, Environment] = field(default_factory=dict, hash=False)
    apps: Mapping[str, App] = field(default_factory=dict, hash=False)
    bundles: Mapping[str, Bundle] = field(default_factory=dict, hash=False)
    pull_requests: PullRequests = PullRequests()
    verify: Verify = Verify()
    access: tuple[AccessRule, ...] = ()
    rollback: Rollback = Rollback()
    lint: Lint = Lint()
    diff: DiffRules = DiffRules()
    proof: str = "required"
    shared: str = "refuse"
    render: Render = Render()
    argocd: ArgoCD = ArgoCD()
    flux: Flux = Flux()
    state: str = ".promoter"
