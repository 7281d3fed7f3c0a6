import pytest

from promoter.kustomize import Build, graph_of
from promoter.model import SYMLINK, Entry, Location, Snapshot, blob_id
from promoter.render.inputs import Inputs
from promoter.render.limits import Limits, Policy
from promoter.render.preflight import excess, host, refusal

POLICY = Policy()


def judged(files, entry="app", policy=POLICY, links=None):
    snapshot = Snapshot.of({path: text.encode() for path, text in files.items()})
    if links:
        contents = {**snapshot.contents, **{path: target.encode() for path, target in links.items()}}
        entries = {
            **snapshot.entries,
            **{path: Entry(SYMLINK, blob_id(target.encode())) for path, target in links.items()},
        }
        snapshot = Snapshot(None, dict(sorted(entries.items())), contents, snapshot.directories)
    build = Build(snapshot, entry)
    graph = graph_of(snapshot)
    return refusal(build, graph, graph.closure(entry), policy)


def kustomization(text):
    return {"app/kustomization.yaml": text}


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("resources", "https://example.com/a.yaml"),
        ("resources", "github.com/acme/base?ref=v1"),
        ("resources", "git@example.com:acme/base.git"),
        ("components", "https://example.com/component"),
        ("crds", "http://169.254.169.254/latest"),
    ],
)
def test_remote_entries_are_refused_with_their_line(field, written):
    failure = judged(kustomization(f"namespace: x\n{field}:\n- {written}\n"))
    assert failure.kind == "refused"
    assert written in failure.message
    assert failure.location.path == "app/kustomization.yaml"
    assert failure.location.line == 3


def test_a_remote_generator_file_is_refused():
    failure = judged(kustomization("configMapGenerator:\n- name: a\n  files: [a=https://example.com/a]\n"))
    assert failure.kind == "refused"


def test_an_allowed_host_is_let_through():
    files = kustomization("resources: [https://github.com/acme/base//deploy?ref=v1]\n")
    assert judged(files, policy=Policy(remote_hosts=frozenset({"github.com"}))) is None
    assert judged(files, policy=Policy(remote_hosts=frozenset({"gitlab.com"}))) is not None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://github.com/a/b?ref=1", "github.com"),
        ("git::https://github.com/a/b", "github.com"),
        ("ssh://git@GitHub.com:22/a/b", "github.com"),
        ("git@github.com:a/b.git", "github.com"),
        ("github.com/a/b", "github.com"),
        ("https://github.com@evil.example/a", "evil.example"),
        ("https://github.com:pw@evil.example/a", "evil.example"),
    ],
)
def test_the_host_is_the_one_that_would_be_contacted(written, expected):
    assert host(written) == expected


def test_a_remote_base_below_an_overlay_names_the_base_s_line():
    failure = judged(
        {
            "app/kustomization.yaml": "resources: [../base]\n",
            "base/kustomization.yaml": "resources:\n- https://example.com/x\n",
        }
    )
    assert str(failure.location) == "base/kustomization.yaml:2:3"


@pytest.mark.parametrize("written", ["/etc/hostname", "../../outside", "../../../etc/passwd"])
def test_paths_out_of_the_repository_are_refused(written):
    failure = judged(kustomization(f"resources: [{written}]\n"))
    assert failure.kind == "refused"
    assert written in failure.message


def test_a_symlink_out_of_the_repository_is_refused():
    failure = judged(
        kustomization("resources: [link.yaml]\n"), links={"app/link.yaml": "../../../etc/passwd"}
    )
    assert failure.kind == "refused"


def test_a_missing_file_is_a_failure_with_its_line():
    failure = judged(kustomization("resources:\n- nope.yaml\n"))
    assert failure.kind == "failed"
    assert failure.message == "resources: 'nope.yaml' does not exist"
    assert failure.location == Location("app/kustomization.yaml", 2, 3, 2, 12)


def test_a_directory_without_a_kustomization_says_so():
    failure = judged({**kustomization("resources: [../plain]\n"), "plain/a": "x"})
    assert "is a directory without a kustomization.yaml" in failure.message


def test_a_directory_that_has_no_kustomization_itself():
    assert judged({"app/deployment.yaml": "kind: Deployment\n"}).kind == "failed"


def test_a_refusal_is_told_before_a_missing_file():
    failure = judged(kustomization("resources:\n- nope.yaml\n- https://example.com/x\n"))
    assert failure.kind == "refused"


def test_external_plugins_are_refused():
    failure = judged(
        kustomization("generators: [secrets.yaml]\n")
        | {"app/secrets.yaml": "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: a}\n"}
    )
    assert failure.kind == "refused"
    assert "ksops" in failure.message
    assert failure.location.path == "app/secrets.yaml"


def test_a_function_in_disguise_of_a_builtin_is_refused():
    text = (
        "apiVersion: builtin\nkind: ConfigMapGenerator\n"
        "metadata:\n  name: a\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: ./x}'\n"
    )
    failure = judged({**kustomization("generators: [g.yaml]\n"), "app/g.yaml": text})
    assert failure.kind == "refused"


def test_an_inline_plugin_is_refused_at_its_entry():
    inline = "transformers:\n- |\n  apiVersion: example.com/v1\n  kind: Evil\n  metadata: {name: a}\n"
    failure = judged(kustomization(inline))
    assert failure.kind == "refused"
    assert failure.location.line == 2


def test_a_builtin_plugin_is_let_through():
    text = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: a}\nliterals: [a=b]\n"
    assert judged({**kustomization("generators: [g.yaml]\n"), "app/g.yaml": text}) is None


@pytest.mark.parametrize("field", ["helmCharts", "helmChartInflationGenerator"])
def test_helm_charts_are_refused(field):
    failure = judged(kustomization(f"namespace: x\n{field}:\n- name: a\n"))
    assert failure.kind == "refused"
    assert failure.location.line == 2


def test_a_cycle_is_refused_and_drawn():
    failure = judged(
        {"app/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../app]\n"}
    )
    assert failure.kind == "refused"
    assert "app → b → app" in failure.message


def test_a_kustomization_that_is_no_yaml_names_its_line():
    failure = judged(kustomization("resources:\n- a: [\n"))
    assert failure.kind == "failed"
    assert failure.location.path == "app/kustomization.yaml"
    assert failure.location.line >= 2


def bomb(levels):
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" + "\n".join(lines) + "\n"


def test_an_alias_bomb_is_refused_by_name():
    inputs = Inputs("app", {"app/cm.yaml": bomb(9).encode()})
    failure = excess(inputs, Limits())
    assert failure.kind == "refused"
    assert failure.location.path == "app/cm.yaml"


def test_a_few_aliases_are_no_bomb():
    assert excess(Inputs("app", {"app/cm.yaml": bomb(4).encode()}), Limits()) is None


def test_too_many_bytes_name_the_largest_file():
    failure = excess(Inputs("app", {"app/a": b"x", "app/b": b"x" * 100}), Limits(bytes=50))
    assert failure.kind == "limit"
    assert failure.location.path == "app/b"


def test_too_many_objects_are_refused():
    content = b"---\napiVersion: v1\nkind: ConfigMap\n" * 100_000
    failure = excess(Inputs("app", {"app/a.yaml": content}), Limits())
    assert failure.kind == "limit"
    assert "100000 objects" in failure.message


@pytest.mark.parametrize(
    ("field", "inline", "said"),
    [
        ("generators", "apiVersion: acme.com/v1\n  kind: Maker\n", "Maker is an external plugin"),
        ("transformers", "apiVersion: builtin\n  kind: HelmChartInflationGenerator\n", "transformers: "),
    ],
)
def test_a_plugin_that_stands_in_the_kustomization_is_refused_at_its_line(field, inline, said):
    failure = judged(kustomization(f"{field}:\n- |\n  {inline}"))
    assert failure.kind == "refused"
    assert said in failure.message
    assert (failure.location.path, failure.location.line) == ("app/kustomization.yaml", 2)


@pytest.mark.parametrize(
    "inline",
    [
        "'{apiVersion: example.com/v1, kind: Evil, metadata: {name: a}}'",
        '\'{"apiVersion": "builtin", "kind": "HelmChartInflationGenerator"}\'',
    ],
)
def test_a_plugin_on_one_line_is_refused_as_one_on_several_is(inline):
    failure = judged(kustomization(f"namespace: x\ngenerators:\n- {inline}\n"))
    assert failure.kind == "refused"
    assert (failure.location.path, failure.location.line) == ("app/kustomization.yaml", 3)


def test_a_plugin_file_without_a_mapping_names_no_plugin():
    files = {**kustomization("transformers: [t.yaml]\n"), "app/t.yaml": "- a\n"}
    assert judged(files) is None


def test_more_files_than_a_build_may_read_are_refused():
    files = {f"app/{name}": b"x" for name in "abc"}
    assert excess(Inputs("app", files), Limits(files=3)) is None
    failure = excess(Inputs("app", files), Limits(files=2))
    assert "the build reads 3 files, at most 2 are read" in failure.message


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a.yaml\n", "just a text\n"])
def test_a_kustomization_that_is_no_mapping_is_named(text):
    failure = judged(kustomization(text))
    assert failure.message == "the kustomization is empty or no mapping"
    assert failure.location.path == "app/kustomization.yaml"
