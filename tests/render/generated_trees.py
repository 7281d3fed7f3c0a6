"""Kustomizations over every field, for comparing engines: a strategy of files by path.

The values are drawn from small pools so that names meet: patches find their targets, replacements their
sources, generators merge. Some draws do not fit together, so that refusals are compared too.
"""

import json

from hypothesis import strategies as st

NAMES = st.sampled_from(["web", "api", "settings", "nope"])
KINDS = st.sampled_from(["Deployment", "Service", "ConfigMap", "Widget", "Nope"])
WORDS = st.sampled_from(
    ["a", "b.c/d", "on", "1", "0755", "1e3", "x y", "", "null", "é", "2024-01-01", "#x", "true"]
)
KEYS = st.sampled_from(["app", "tier", "example.com/part"])
LABELS = st.dictionaries(KEYS, st.sampled_from(["shop", "x", "1", "true", ""]), min_size=1, max_size=2)
SCALARS = st.one_of(
    WORDS,
    st.booleans(),
    st.none(),
    st.integers(-(1 << 70), 1 << 70),
    st.integers(-1000, 1000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)


def listed(item, most=2):
    return st.lists(item, min_size=1, max_size=most)


def record(**fields):
    """A mapping in which each field may be missing, except those that end in `_`."""
    required = {name[:-1]: value for name, value in fields.items() if name.endswith("_")}
    return st.fixed_dictionaries(
        required, optional={name: value for name, value in fields.items() if not name.endswith("_")}
    )


CONTAINERS = listed(
    record(
        name_=st.sampled_from(["web", "side"]),
        image_=st.sampled_from(
            ["web", "web:1", "ghcr.io/acme/api:1.0", "api@sha256:" + "a" * 64, "reg:5000/web"]
        ),
        env=listed(record(name_=st.sampled_from(["A", "B"]), value=WORDS)),
        ports=listed(record(containerPort_=st.sampled_from([80, 81]), name=st.sampled_from(["http", "m"]))),
        envFrom=st.just([{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "keys"}}]),
    )
)


def manifest(api, kind, **rest):
    return st.fixed_dictionaries(
        {
            "apiVersion": st.just(api),
            "kind": st.just(kind),
            "metadata": record(
                name_=NAMES, namespace=st.sampled_from(["one", "two"]), labels=LABELS, annotations=LABELS
            ),
        },
        optional=rest,
    )


MANIFESTS = st.one_of(
    manifest(
        "apps/v1",
        "Deployment",
        spec=record(
            replicas=st.integers(0, 3),
            selector_=st.fixed_dictionaries({"matchLabels": LABELS}),
            template_=st.fixed_dictionaries(
                {
                    "metadata": record(labels=LABELS),
                    "spec": st.fixed_dictionaries({"containers": CONTAINERS}),
                }
            ),
        ),
    ),
    manifest("v1", "Service", spec=record(selector=LABELS, type=st.just("ClusterIP"))),
    manifest("v1", "ConfigMap", data=st.dictionaries(st.sampled_from(["k", "l.txt"]), WORDS, max_size=2)),
    manifest("v1", "Secret", stringData=st.dictionaries(st.just("k"), WORDS, max_size=1)),
    manifest(
        "batch/v1",
        "CronJob",
        spec=st.builds(
            lambda containers: {
                "jobTemplate": {"spec": {"template": {"spec": {"containers": containers}}}}
            },
            CONTAINERS,
        ),
    ),
    manifest(
        "example.com/v1",
        "Widget",
        spec=st.dictionaries(st.sampled_from(["x", "y", "items"]), SCALARS | listed(SCALARS), max_size=3),
    ),
    manifest("v1", "Namespace"),
)

SELECTORS = record(kind=KINDS, name=NAMES, namespace=st.just("one"), labelSelector=st.just("app=shop"))
OPERATIONS = listed(
    st.one_of(
        st.builds(
            lambda path, value: {"op": "add", "path": path, "value": value},
            st.sampled_from(["/metadata/labels", "/spec/replicas", "/spec/x", "/metadata/annotations/a"]),
            SCALARS | LABELS,
        ),
        st.builds(
            lambda path: {"op": "remove", "path": path}, st.sampled_from(["/spec/replicas", "/data/k"])
        ),
    )
)
MERGES = st.builds(
    lambda kind, name, rest: {
        "apiVersion": {"Deployment": "apps/v1", "Widget": "example.com/v1"}.get(kind, "v1"),
        "kind": kind,
        "metadata": {"name": name},
        **rest,
    },
    KINDS,
    NAMES,
    st.one_of(
        st.builds(lambda count: {"spec": {"replicas": count}}, st.none() | st.integers(0, 3)),
        st.builds(lambda found: {"spec": {"template": {"spec": {"containers": found}}}}, CONTAINERS),
        st.builds(
            lambda data: {"data": data}, st.dictionaries(st.just("k"), WORDS | st.none(), max_size=1)
        ),
        st.just({"$patch": "delete"}),
    ),
)
INLINE = (OPERATIONS | MERGES).map(json.dumps)
PATCHES = listed(record(patch_=INLINE, target=SELECTORS, options=record(allowNameChange=st.booleans())))
OPTIONS = record(
    disableNameSuffixHash=st.booleans(), labels=LABELS, annotations=LABELS, immutable=st.booleans()
)


def generators(name, **more):
    return listed(
        record(
            name_=st.just(name),
            literals=listed(st.sampled_from(["k=v", "l=", "m='q'", 'n="1"', "bad"])),
            files=listed(st.sampled_from(["a.txt", "b=a.txt", "binary.bin", "missing.txt"])),
            envs=listed(st.just("a.env"), 1),
            behavior=st.sampled_from(["create", "merge", "replace"]),
            options=OPTIONS,
            namespace=st.just("one"),
            **more,
        )
    )


REPLACEMENTS = listed(
    st.fixed_dictionaries(
        {
            "source": record(
                kind_=KINDS, name=NAMES, fieldPath=st.sampled_from(["metadata.name", "data.k"])
            ),
            "targets": listed(
                record(
                    select_=SELECTORS,
                    fieldPaths=listed(
                        st.sampled_from(
                            ["metadata.annotations.from", "spec.replicas", "spec.x", "data.[k=v]"]
                        )
                    ),
                    options=record(create=st.booleans(), delimiter=st.just("-"), index=st.integers(0, 1)),
                ),
                1,
            ),
        }
    ),
    1,
)
TRANSFORMERS = st.sampled_from(
    [
        "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: t-\n"
        "fieldSpecs: [{path: metadata/name}]\n",
        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {t: u}\n"
        "fieldSpecs: [{path: metadata/labels, create: true}]\n",
        "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: i}\n"
        "imageTag: {name: web, newTag: '9'}\n",
        "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: n, namespace: three}\n",
    ]
)
FIELDS = {
    "namespace": st.sampled_from(["one", "shop"]),
    "namePrefix": st.sampled_from(["p-", "P_"]),
    "nameSuffix": st.just("-s"),
    "labels": listed(record(pairs_=LABELS, includeSelectors=st.booleans(), includeTemplates=st.booleans())),
    "commonLabels": LABELS,
    "commonAnnotations": LABELS,
    "images": listed(
        record(
            name_=st.sampled_from(["web", "ghcr.io/acme/api", "nope"]),
            newName=st.just("mirror.example/web"),
            newTag=st.sampled_from(["2", "1.10", "6e5", ""]),
            digest=st.just("sha256:" + "b" * 64),
        )
    ),
    "replicas": listed(st.fixed_dictionaries({"name": NAMES, "count": st.integers(0, 5)}), 1),
    "patches": PATCHES,
    "patchesStrategicMerge": listed(MERGES.map(json.dumps), 1),
    "patchesJson6902": listed(
        st.builds(
            lambda name, patch: {
                "target": {"group": "apps", "version": "v1", "kind": "Deployment", "name": name},
                "patch": json.dumps(patch),
            },
            NAMES,
            OPERATIONS,
        ),
        1,
    ),
    "configMapGenerator": generators("settings"),
    "secretGenerator": generators("keys", type=st.sampled_from(["Opaque", "kubernetes.io/tls"])),
    "generatorOptions": OPTIONS,
    "replacements": REPLACEMENTS,
    "vars": st.builds(
        lambda name: [
            {"name": "V", "objref": {"kind": "ConfigMap", "name": name, "apiVersion": "v1"}},
            {"name": "W", "objref": {"kind": "Service", "name": "web", "apiVersion": "v1"}},
        ][: 1 + (name == "web")],
        NAMES,
    ),
    "transformers": listed(TRANSFORMERS, 1),
    "buildMetadata": listed(
        st.sampled_from(["originAnnotations", "transformerAnnotations", "managedByLabel"]), 3
    ),
    "sortOptions": st.sampled_from(
        [
            {"order": "fifo"},
            {"order": "legacy"},
            {"order": "legacy", "legacySortOptions": {"orderFirst": ["Widget"]}},
        ]
    ),
    "openapi": st.sampled_from([{"path": "schema.yaml"}, {"version": "v1.21.2"}, {"version": "v0"}]),
    "configurations": st.just(["config.yaml"]),
    "crds": st.just(["crd.json"]),
    "unknownField": st.just(1),
}
BESIDE = {  # the files that the fields above name
    "a.txt": b"text\n",
    "binary.bin": bytes(range(256)),
    "a.env": b"E=1\n# comment\nF\n G=2\n",
    "schema.yaml": b"""definitions:
  v1.Widget:
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Widget}]
    properties: {spec: {properties: {items: {type: array, x-kubernetes-patch-merge-key: name,
      x-kubernetes-patch-strategy: merge, items: {type: object}}}}}
""",
    "config.yaml": b"""namePrefix: [{path: metadata/name, kind: Widget}]
images: [{path: spec/x, kind: Widget}]
""",
    "crd.json": b"""{"example.com/v1.Widget": {"Schema": {"properties": {"spec": {"$ref": "w"}},
      "x-kubernetes-group-version-kind": [
        {"group": "example.com", "kind": "Widget", "version": "v1"}]}}}""",
}


def dumped(value):
    return json.dumps(value, ensure_ascii=False).encode()


@st.composite
def trees(draw):
    """Files by path: `base`, and an overlay `app` of it with some fields, perhaps a component `part`.

    The files of `BESIDE` are still to be put into each of the three.
    """
    drawn = draw(st.lists(MANIFESTS, min_size=1, max_size=4))
    resources = {f"r{index}.yaml": dumped(body) for index, body in enumerate(drawn)}
    fields = draw(st.fixed_dictionaries({}, optional=FIELDS))
    below = draw(st.fixed_dictionaries({}, optional=FIELDS)) if draw(st.booleans()) else {}
    files = {f"base/{name}": text for name, text in resources.items()}
    files["base/kustomization.yaml"] = dumped({**below, "resources": sorted(resources)})
    overlay = {**fields, "resources": ["../base"]}
    if draw(st.booleans()):
        component = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
        chosen = draw(st.sampled_from(sorted(FIELDS)))
        files["part/kustomization.yaml"] = dumped({**component, chosen: draw(FIELDS[chosen])})
        overlay["components"] = ["../part"]
    files["app/kustomization.yaml"] = dumped(overlay)
    return files
