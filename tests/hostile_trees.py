"""What a pull request could contain to hurt the machine that reads it, as files and symlinks by path.

Every tree is one build, of the directory `app`; each must end in a refusal that names a place.
"""

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: '1'}\n"


def app(kustomization: str, **others: str) -> dict[str, str]:
    """The directory `app` with this kustomization; the others are files of it, `x_yaml` by name."""
    beside = {f"app/{name.replace('_', '.')}": text for name, text in others.items()}
    return {"app/kustomization.yaml": kustomization, **beside}


def plugin(annotation: str) -> str:
    """A configuration that asks kustomize to run a function."""
    return (
        "apiVersion: example.com/v1\nkind: Evil\nmetadata:\n  name: x\n  annotations:\n"
        f"    config.kubernetes.io/function: |\n      {annotation}\n"
    )


def bomb(levels: int) -> str:
    """Aliases of aliases: nine to the power of `levels` words when they are written out."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return "\n".join(lines) + "\n"


def many(count: int) -> str:
    """So many objects in one file."""
    one = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{}}}\n"
    return "".join(one.format(index) for index in range(count))


TREES = {
    "a path out of the tree": app("resources: [../../../../etc/passwd]\n"),
    "an absolute path": app("configMapGenerator: [{name: a, files: [/etc/hostname]}]\n"),
    "a directory above": app("resources: [../..]\n"),
    "a URL": app("resources: ['https://169.254.169.254/latest/meta-data']\n"),
    "a URL in a patch": app("patches: [{path: 'http://127.0.0.1/x'}]\n"),
    "a git remote": app("resources: ['git::ssh://git@example.com/a//b?ref=--upload-pack=x']\n"),
    "a local git remote": app("resources: ['file:///etc']\n"),
    "an exec plugin": app("transformers: [x.yaml]\n", x_yaml=plugin("exec: {path: /bin/sh}")),
    "a container plugin": app("generators: [x.yaml]\n", x_yaml=plugin("container: {image: evil}")),
    "a helm chart": app("helmCharts: [{name: a, repo: 'https://example.com'}]\n"),
    "an alias bomb in a manifest": app("resources: [a.yaml]\n", a_yaml=CONFIG_MAP + bomb(9)),
    "an alias bomb in a kustomization": app("resources: []\n" + bomb(9)),
    "an alias bomb in a patch": app("patches: [{path: p.yaml}]\n", p_yaml=CONFIG_MAP + bomb(9)),
    "deep nesting": app("resources: [a.yaml]\n", a_yaml=CONFIG_MAP + "x: " + "[" * 20_000 + "]" * 20_000),
    "itself": app("resources: [.]\n"),
    "its own kustomization": app("resources: [kustomization.yaml]\n"),
    "a cycle": {
        "app/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources: [../app]\n",
    },
    "a cycle of components": {
        "app/kustomization.yaml": "components: [../b]\n",
        "b/kustomization.yaml": "components: [../b]\n",
    },
    "a name with a null byte": app('resources: ["a\\0b"]\n'),
    "a hundred thousand resources": app("namePrefix: a-\nresources: [a.yaml]\n", a_yaml=many(100_000)),
}
"""The files of each tree; its name says what is wrong with it."""

LINKING = app("resources: [link]\n")
LINKS = {
    "a symlink to a file of the machine": "/etc/passwd",
    "a symlink out of the tree": "../../../etc",
    "a symlink to itself": "link",
    "a symlink to itself by another way": "../app/link",
}
"""The target of the symlink `app/link`, which `LINKING` names as a resource."""

_OUT = "leads out of the repository"
_FAR = "is remote, and remote entries are not fetched"
_RUN = "is an external plugin, and plugins are not run"
_BOMB = "aliases expand to more than 2000000 nodes"
_LOOP = "the kustomizations form a cycle: "
_LINK = "'link' is or passes a symlink that leads out of the repository or in a circle"
REASONS = {
    "a path out of the tree": _OUT,
    "an absolute path": "'/etc/hostname' is an absolute path",
    "a directory above": _OUT,
    "a URL": _FAR,
    "a URL in a patch": _FAR,
    "a git remote": _FAR,
    "a local git remote": _FAR,
    "an exec plugin": _RUN,
    "a container plugin": _RUN,
    "a helm chart": "Helm charts are not inflated here",
    "an alias bomb in a manifest": _BOMB,
    "an alias bomb in a kustomization": _BOMB,
    "an alias bomb in a patch": _BOMB,
    "deep nesting": "exceeded max depth",
    "itself": _LOOP + "app → app",
    "its own kustomization": "missing Resource metadata",
    "a cycle": _LOOP + "app → b → app",
    "a cycle of components": _LOOP + "b → b",
    "a name with a null byte": "does not exist",
    "a hundred thousand resources": "the build reads about 100000 objects, at most 10000 are built",
    **dict.fromkeys(LINKS, _LINK),
}
"""What each is refused with, as far as it is the same whichever engine builds."""
