"""What a build reads, and who reads a file."""

import pytest

from promoter.kustomize import Graph
from promoter.model import SYMLINK, Entry, Snapshot

TREE = {
    "base/kustomization.yaml": "resources: [deployment.yaml]\n",
    "base/deployment.yaml": "kind: Deployment\n",
    "blue/Kustomization": "kind: Component\npatches: [{path: p.yaml}]\n",
    "blue/p.yaml": "kind: Deployment\n",
    "prod/kustomization.yml": """\
resources: [../base, https://example.com/x.yaml, nope.yaml]
components: [../blue]
configMapGenerator: [{name: c, files: [key=c.txt], envs: [e.env]}]
patchesStrategicMerge:
- |-
  kind: Deployment
""",
    "prod/c.txt": "c",
    "prod/e.env": "A=1",
}


def graph(files=TREE, links=()):
    snapshot = Snapshot.of({path: text.encode() for path, text in files.items()})
    entries = {p: Entry(SYMLINK, e.blob) if p in links else e for p, e in snapshot.entries.items()}
    return Graph(Snapshot(None, entries, snapshot.contents, snapshot.directories))


def test_the_closure_is_every_file_that_the_build_reads():
    closure = graph().closure("prod")

    assert closure.files == tuple(sorted(TREE))
    assert closure.kustomizations == ("base", "blue", "prod")


def test_a_reference_that_leads_nowhere_is_a_problem_with_its_line():
    problems = graph().closure("prod").problems

    assert [(p.kind, p.written, str(p.location)) for p in problems] == [
        ("remote", "https://example.com/x.yaml", "prod/kustomization.yml:1:22"),
        ("missing", "nope.yaml", "prod/kustomization.yml:1:50"),
    ]


def test_readers_are_all_directories_whose_build_reads_the_file():
    assert graph().readers("base/deployment.yaml") == ("base", "prod")
    assert graph().readers("elsewhere") == ()


@pytest.mark.parametrize("written", ["../../x", "/etc", "../base/../../x"])
def test_a_path_that_leaves_the_repository_is_outside(written):
    tree = {"a/kustomization.yaml": f"resources: ['{written}']\n"}

    assert [p.kind for p in graph(tree).closure("a").problems] == ["outside"]


def test_a_loop_is_named_and_ends():
    tree = {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}

    assert graph(tree).closure("a").cycle == ("a", "b", "a")


def test_a_symlinked_base_is_followed_inside_the_repository():
    tree = TREE | {"link": "base", "x/kustomization.yaml": "resources: [../link]\n"}

    closure = graph(tree, links={"link"}).closure("x")

    assert closure.kustomizations == ("base", "x")
    assert closure.links == (("link", "base"),)


def test_a_symlink_that_leaves_the_repository_is_outside():
    tree = {"link": "../../etc", "x/kustomization.yaml": "resources: [../link]\n"}

    assert [p.kind for p in graph(tree, links={"link"}).closure("x").problems] == ["outside"]


def test_remote_urls_of_every_shape_are_remote():
    urls = [
        "github.com/a/b?ref=v1",
        "git@github.com:a/b.git",
        "ssh://git@h/x",
        "quay.io/org/repo/dir",
        "git::h/x",
    ]
    tree = {"x/kustomization.yaml": "resources:\n" + "".join(f"- {url}\n" for url in urls)}

    assert [p.kind for p in graph(tree).closure("x").problems] == ["remote"] * len(urls)


def tree_with(base_kustomization, *, extra=None):
    files = {
        "base/kustomization.yaml": base_kustomization,
        "base/a.yaml": b"kind: A\n",
        "base/b.yaml": b"kind: B\n",
        "app/kustomization.yaml": b"resources: [../base]\n",
        "other/kustomization.yaml": b"resources: [../base/a.yaml]\n",
        **(extra or {}),
    }
    return Snapshot.of(files)


@pytest.mark.parametrize(
    "later",
    [
        tree_with(b"resources: [a.yaml, b.yaml]\n"),
        tree_with(b"resources: [a.yaml]\n", extra={"app/new.yaml": b"x"}),
        tree_with(b"- not a mapping\n"),
    ],
)
def test_a_graph_that_takes_over_says_the_same_as_a_new_one(later):
    earlier = Graph(tree_with(b"resources: [a.yaml]\n"))
    for directory in earlier.directories:
        earlier.closure(directory)
    like, alone = Graph(later, earlier), Graph(later)
    assert [like.closure(each) for each in like.directories] == [
        alone.closure(each) for each in alone.directories
    ]
    assert like.readers("base/b.yaml") == alone.readers("base/b.yaml")


def test_a_kustomization_is_parsed_again_only_for_those_who_want_all_of_it():
    graph = Graph(tree_with(b"resources: [a.yaml]\nimages: [{name: x}]\n"))
    base = graph.kustomization("base")
    assert base.keys == {"resources", "images"}
    assert len(base.entries("images")) == 1
    assert base.file.path == "base/kustomization.yaml"


def test_equal_files_are_parsed_once_and_keep_their_own_places():
    tree = graph({"a.yaml": "one:\n  two: 3\n", "b.yaml": "one:\n  two: 3\n"})
    one, other = tree.yaml("a.yaml"), tree.yaml("b.yaml")

    assert one.documents[0] is other.documents[0]
    assert str(other.location(other.find(0, "/one/two"))) == "b.yaml:2:8"


def test_equal_files_that_do_not_parse_are_each_named():
    tree = graph({"a.yaml": "one: [\n", "b.yaml": "one: [\n"})

    assert [tree.yaml(path).error.location.path for path in ("a.yaml", "b.yaml")] == ["a.yaml", "b.yaml"]


def test_readers_are_shared_with_a_graph_whose_kustomizations_name_the_same():
    first = graph()
    renamed = Graph(graph(TREE | {"blue/p.yaml": "kind: Job\n"}).snapshot, first)
    moved = Graph(graph(TREE | {"blue/Kustomization": "kind: Component\n"}).snapshot, first)

    assert renamed.twin is first
    assert moved.twin is moved


@pytest.mark.parametrize("path", ["blue/p.yaml", "blue/Kustomization"])
def test_a_file_of_another_mode_shares_nothing(path):
    assert Graph(graph(links={path}).snapshot, (first := graph())).twin is not first


TRANSFORMER = "apiVersion: builtin\nkind: {}\nmetadata: {{name: x}}\n{}\n"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("PatchTransformer", "path: p.yaml"),
        ("PatchJson6902Transformer", "path: p.yaml"),
        ("PatchStrategicMergeTransformer", "paths: [p.yaml, 'kind: Deployment\n\n  spec: {}']"),
        ("ReplacementTransformer", "replacements: [{path: p.yaml}]"),
        ("ConfigMapGenerator", "files: [key=p.yaml]"),
        ("SecretGenerator", "envs: [p.yaml]"),
    ],
)
def test_what_a_builtin_transformer_of_its_own_file_names_is_read(kind, names):
    tree = {
        "a/kustomization.yaml": "transformers: [t.yaml]\n",
        "a/t.yaml": TRANSFORMER.format(kind, names),
        "a/p.yaml": "kind: Deployment\n",
    }

    assert graph(tree).readers("a/p.yaml") == ("a",)


def test_a_patch_that_a_transformer_holds_itself_is_no_missing_file():
    inline = "path: |-\n  - op: remove\n    path: /spec\npaths: ['kind: Deployment\n\n  spec: {}']"
    tree = {
        "a/kustomization.yaml": "transformers: [t.yaml]\n",
        "a/t.yaml": TRANSFORMER.format("PatchTransformer", inline),
    }

    assert graph(tree).closure("a").problems == ()


def test_a_kustomization_that_is_a_link_out_of_the_repository_is_none():
    tree = {"a/kustomization.yaml": "../../kustomization.yaml", "b/kustomization.yaml": "../gone.yaml"}
    found = graph(tree, links=set(tree))

    assert [found.kustomization(directory) for directory in ("a", "b")] == [None, None]
