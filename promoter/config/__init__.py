"""`promoter.yaml` to Config: what may be written, and what it means.

The file is read from the default branch only, so that a pull request cannot grant itself rights; who
reads it is the shell's business. Unknown keys, unknown names and loops are errors with line and column.
"""

from typing import Final

from promoter.config.environments import LAND, environments
from promoter.config.linting import read_lint
from promoter.config.reading import Fields, seconds
from promoter.config.values import (
    AccessRule,
    App,
    AppImage,
    Approvals,
    ArgoCD,
    Bundle,
    Carry,
    Checks,
    Config,
    DiffRules,
    Environment,
    Flux,
    Lint,
    LintIgnore,
    LintRule,
    PullRequests,
    Render,
    Rollback,
    Target,
    Verify,
    Window,
    Windows,
)
from promoter.errors import ConfigError, nearest
from promoter.yamldoc import YamlFile

__all__ = [
    "AccessRule",
    "App",
    "AppImage",
    "Approvals",
    "ArgoCD",
    "Bundle",
    "Carry",
    "Checks",
    "Config",
    "DiffRules",
    "Environment",
    "Flux",
    "Lint",
    "LintIgnore",
    "LintRule",
    "PullRequests",
    "Render",
    "Rollback",
    "Target",
    "Verify",
    "Window",
    "Windows",
    "load",
    "seconds",
]

FILE_NAME: Final = "promoter.yaml"
VERBS: Final = (
    "promote",
    "rollback",
    "hold",
    "release",
    "freeze",
    "unfreeze",
    "skip",
    "unskip",
    "override",
)


def load(file: YamlFile) -> Config:
    """The configuration that the file spells; an empty file gives the defaults.

    Raises ConfigError, with line and column, for anything that is not understood.
    """
    if file.error is not None:
        raise ConfigError(f"not valid YAML: {file.error.message}", where=str(file.error.location))
    root = Fields(file, file.documents[0] if file.documents else None, FILE_NAME)
    root.choice("version", ("1",), "1")
    config = Config(
        branch=root.text("branch", ""),
        layout=root.texts("layout"),
        repositories=root.texts("repositories"),
        inventory=root.text("inventory", ""),
        environments=environments(root.mapping("environments")),
        apps={name: _app(root, name, fields) for name, fields in _named(root, "apps")},
        bundles={name: _bundle(name, fields) for name, fields in _named(root, "bundles")},
        pull_requests=_pull_requests(root.mapping("pull_requests")),
        verify=_verify(root.mapping("verify")),
        access=tuple(_access(fields) for fields in root.each("access")),
        rollback=_rollback(root.mapping("rollback")),
        lint=read_lint(root.mapping("lint")),
        diff=_diff(root.mapping("diff")),
        proof=root.choice("proof", ("required", "when-renderable"), "required"),
        shared=root.choice("shared", ("refuse", "allow"), "refuse"),
        render=_render(root.mapping("render")),
        argocd=_argocd(root.mapping("argocd")),
        flux=_flux(root.mapping("flux")),
        state=root.text("state", ".promoter").strip("/"),
    )
    root.finish()
    return config


def _named(root: Fields, key: str) -> list[tuple[str, Fields]]:
    fields = root.mapping(key)
    return [(name, Fields(root.file, node, f"{key}.{name}")) for name, node in fields.named()]


def _diff(fields: Fields) -> DiffRules:
    rules = DiffRules(fields.texts("hide"))
    fields.finish()
    return rules


def _app(root: Fields, name: str, fields: Fields) -> App:
    where = {
        env: tuple(
            _target(target)
            for target in Fields(root.file, fields.node, fields.what).mapping("where").each(env)
        )
        for env, _ in fields.mapping("where").named()
    }
    app = App(
        name,
        owners=fields.texts("owners"),
        images=tuple(_image(image) for image in fields.each("images")),
        where=where,
        carry=tuple(_carry(carry) for carry in fields.each("carry")),
        keep=fields.texts("keep"),
        create=fields.flag("create", default=False),
        irreversible_before=fields.text("irreversible_before", ""),
    )
    fields.finish()
    return app


def _image(fields: Fields) -> AppImage:
    image = AppImage(
        fields.text("repo", ""),
        names=fields.texts("names"),
        order=fields.text("order", "semver"),
        versions=fields.text("versions", ""),
        direction=fields.choice("direction", ("forward", "any"), "forward"),
        digest=fields.choice("digest", ("follow", "require", "drop"), "follow"),
    )
    if not image.repo and fields.node:
        raise fields.error(fields.node, f"expected a repo in {fields.what}")
    known = ("semver", "calver", "numeric", "none")
    if image.order not in known and not image.order.startswith("regex:") and fields.node:
        hint = nearest(image.order, (*known, "regex:<pattern>"), "known orders")
        raise fields.error(fields.take("order") or fields.node, f"unknown order {image.order!r}", hint)
    fields.finish()
    return image


def _target(fields: Fields) -> Target:
    target = Target(*(fields.text(key, "") for key in ("type", "file", "path", "field", "name", "image")))
    fields.finish()
    return target


def _carry(fields: Fields) -> Carry:
    carry = Carry(fields.text("file", ""), fields.texts("paths"))
    fields.finish()
    return carry


def _bundle(name: str, fields: Fields) -> Bundle:
    bundle = Bundle(name, fields.texts("apps"), fields.flag("atomic", default=True))
    fields.finish()
    return bundle


def _pull_requests(fields: Fields) -> PullRequests:
    default = PullRequests()
    requests = PullRequests(
        fields.choice("per", ("app-env",), default.per),
        fields.text("branch", default.branch),
        fields.texts("labels", default.labels),
        fields.texts("reviewers"),
    )
    fields.finish()
    return requests


def _verify(fields: Fields) -> Verify:
    verify = Verify(
        fields.choice("exists", ("off", "warn", "require"), "off"),
        fields.choice("signature", ("none",), "none"),
    )
    fields.finish()
    return verify


def _access(fields: Fields) -> AccessRule:
    rule = AccessRule(fields.texts("may"), fields.text("env", "*"), fields.texts("who"))
    for verb in rule.may:
        if verb not in VERBS and verb != "*" and fields.node:
            hint = nearest(verb, VERBS, "known verbs")
            raise fields.error(
                fields.take("may") or fields.node, f"unknown verb {verb!r} in {fields.what}", hint
            )
    fields.finish()
    return rule


def _rollback(fields: Fields) -> Rollback:
    default = Rollback()
    rollback = Rollback(
        fields.choice("land", LAND, default.land),
        fields.text("hold", default.hold),
        fields.flag("skip_bad_version", default=True),
    )
    node = fields.take("hold")
    if (
        node is not None
        and rollback.hold not in ("until-released", "none")
        and seconds(rollback.hold) is None
    ):
        raise fields.error(node, f"expected until-released, none or a duration, found {rollback.hold!r}")
    fields.finish()
    return rollback


def _render(fields: Fields) -> Render:
    default = Render()
    remote = tuple(host for host in fields.texts("remote") if host not in ("deny", "none"))
    render = Render(
        fields.text("kustomize", default.kustomize),
        fields.text("helm", default.helm),
        remote,
        fields.count("memory", default.memory),
        fields.duration("timeout", default.timeout),
    )
    fields.finish()
    return render


def _argocd(fields: Fields) -> ArgoCD:
    argocd = ArgoCD(fields.choice("git_file_globbing", ("auto", "old", "new"), "auto"))
    fields.finish()
    return argocd


def _flux(fields: Fields) -> Flux:
    flux = Flux(fields.choice("images", ("merge", "replace"), "merge"))
    fields.finish()
    return flux
