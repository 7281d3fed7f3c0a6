"""What Flux's source-controller packs: `.sourceignore`, `spec.ignore` and the default exclusions.

The vectors follow the documented rules and fluxcd/pkg's own tests of `sourceignore`.
"""

import json

import pytest
from deployable_trees import OWN, flux, found, graph

from promoter.deployables.sourceignore import Artifact, artifact
from promoter.kustomize import Graph
from promoter.model import SYMLINK, Entry, Snapshot, blob_id

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"


def packed(*paths: str, ignore: str = "", **files: str) -> list[str]:
    """Which of the paths are packed; keywords are the texts of further files."""
    texts = dict.fromkeys(paths, "x") | files
    made = artifact(Graph(Snapshot.of({path: text.encode() for path, text in texts.items()})), ignore)
    return [path for path in paths if not made.leaves_out(path)]


def with_file(text: str, *paths: str, at: str = ".sourceignore", ignore: str = "") -> list[str]:
    return packed(*paths, ignore=ignore, **{at: text})


@pytest.mark.parametrize(
    ("text", "left_out", "kept"),
    [
        (
            "ignore-dir/*\n!ignore-dir/include\n",
            ["ignore-dir/file.yaml"],
            ["file.yaml", "ignore-dir/include"],
        ),
        ("ignore-dir/*\n# !ignore-dir/include", ["ignore-dir/file.yaml", "ignore-dir/include"], ["a"]),
        (
            "/*\n!/deploy\n/deploy/**/*.md\n",
            ["a", "b/c", "deploy/a/x.md", "deploy/x.md"],
            ["deploy/a/x.txt"],
        ),
        ("*.md", ["a.md", "b/c/a.md"], ["a.mdx"]),
        ("docs/", ["docs/a", "x/docs/b"], ["docs", "x/docs"]),
        ("/docs", ["docs/a", "docs"], ["x/docs"]),
        ("a/**/z", ["a/z", "a/b/c/z", "a/b/z/y"], ["z", "b/a/z"]),
        ("**/z", ["z", "a/z", "a/b/z"], ["az"]),
        ("a/**", ["a/b", "a/b/c"], ["b/a/c"]),
        ("a**/b", [], ["a/b", "ab/b"]),
        ("[ab].txt", ["a.txt", "d/b.txt"], ["c.txt"]),
        ("a[", [], ["a[", "a"]),
        ("name \n", ["name"], ["name "]),
        ("x\r\ny\r\n", ["x", "y"], ["z"]),
        ("x\n!x\nx\n", ["x"], []),
    ],
)
def test_source_ignore_patterns_are_those_of_gitignore(
    text: str, left_out: list[str], kept: list[str]
) -> None:
    assert with_file(text, *left_out, *kept) == kept


def test_a_source_ignore_file_in_a_directory_counts_from_there_and_wins_over_those_above() -> None:
    files = {".sourceignore": "*.txt\n", "a/.sourceignore": "!keep.txt\n/top.md\n"}
    paths = ("keep.txt", "a/keep.txt", "a/b/keep.txt", "a/other.txt", "a/top.md", "a/b/top.md")
    assert packed(*paths, **files) == ["a/keep.txt", "a/b/keep.txt", "a/b/top.md"]


def test_spec_ignore_wins_over_source_ignore_files() -> None:
    assert with_file("*.txt\n", "a.txt", "b.txt", "c.md", ignore="!a.txt\n*.md\n") == ["a.txt"]


def test_without_patterns_the_default_exclusions_are_left_out() -> None:
    paths = (
        *("a.yaml", "logo.png", "docs/x.tar.gz", ".github/workflows/x.yaml", ".gitlab-ci.yml"),
        *("x/cloudbuild.yaml", "x/.sops.yaml", ".flux.yaml", "a/.gitignore", ".goreleaser.yaml"),
    )
    assert packed(*paths) == ["a.yaml", ".goreleaser.yaml"]


def test_any_pattern_takes_the_place_of_the_default_exclusions_but_git_files_stay_out() -> None:
    paths = ("logo.png", ".github/x.yaml", "a/.sops.yaml", ".gitignore", "x.md")
    assert with_file("*.md", *paths) == ["logo.png", ".github/x.yaml", "a/.sops.yaml"]
    assert packed(*paths, ignore="*.md") == ["logo.png", ".github/x.yaml", "a/.sops.yaml"]
    assert packed(*paths, ignore="# nothing\n") == ["x.md"]
    assert with_file("!.gitignore", *paths) == list(paths)


def test_a_symlink_is_not_packed() -> None:
    whole = Snapshot.of({"a.yaml": b"x", "b.yaml": b"a.yaml"})
    entries = {**whole.entries, "b.yaml": Entry(SYMLINK, blob_id(b"a.yaml"))}
    made = Artifact(Snapshot(None, entries, whole.contents, whole.directories), ())
    assert list(made.snapshot.entries) == ["a.yaml"]


def test_a_directory_is_held_when_one_of_its_files_is() -> None:
    made = artifact(
        Graph(Snapshot.of({"a/x.yaml": b"", "a/y.md": b"", "b/z.md": b"", "c.md": b""})), "*.md"
    )
    assert [each for each in ("", "a", "b", "a/x.yaml", "c.md", "gone") if made.holds(each)] == [
        "",
        "a",
        "a/x.yaml",
    ]


def source(**spec: object) -> str:
    body = {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "GitRepository",
        "metadata": {"name": "flux-system", "namespace": "flux-system"},
        "spec": {"url": OWN, **spec},
    }
    return json.dumps(body, indent=1)


def names(built: object) -> list[str]:
    assert isinstance(built, list), built
    return [each["metadata"]["name"] for each in built]


@pytest.mark.renderer
def test_source_ignore_decides_what_a_generated_kustomization_lists(build) -> None:
    files = {**flux(), "shop/a.yaml": CONFIG % "a", "shop/b.yaml": CONFIG % "b", "shop/note.yaml": "x: 1\n"}
    assert "holds no Kubernetes object" in build(files)
    assert names(build({**files, "shop/.sourceignore": "note.yaml\n/b.yaml\n"})) == ["a"]


@pytest.mark.renderer
def test_spec_ignore_takes_a_nested_kustomization_out_of_the_generated_one(build) -> None:
    files = {
        **flux(),
        "shop/a.yaml": CONFIG % "a",
        "shop/old/kustomization.yaml": "resources: [b.yaml]\n",
        "shop/old/b.yaml": CONFIG % "b",
    }
    assert names(build(files)) == ["a", "b"]
    assert names(build({**files, "clusters/source.yaml": source(ignore="/shop/old\n")})) == ["a"]


@pytest.mark.renderer
def test_a_file_that_the_source_leaves_out_cannot_be_read_by_a_kustomization(build) -> None:
    files = {**flux(), "shop/kustomization.yaml": "resources: [a.yaml]\n", "shop/a.yaml": CONFIG % "a"}
    said = build({**files, ".sourceignore": "a.yaml\n"})
    assert isinstance(said, str)
    assert "a.yaml" in said


@pytest.mark.renderer
def test_the_default_exclusions_are_not_in_a_generated_kustomization(build) -> None:
    files = {**flux(), "shop/a.yaml": CONFIG % "a", "shop/.sops.yaml": "creation_rules: []\n"}
    assert names(build(files)) == ["a"]


def test_a_path_that_the_source_leaves_out_is_unresolved() -> None:
    files = {**flux(), "shop/a.yaml": CONFIG % "a", ".sourceignore": "/shop\n"}
    (shop,) = [each for each in found(files) if each.name == "shop"]
    assert (shop.path, shop.reason) == (
        "shop",
        "the path shop is left out of the source by .sourceignore or spec.ignore",
    )


def test_of_two_sources_with_one_name_the_nearest_ones_ignore_counts() -> None:
    files = flux()
    files["clusters/source.yaml"] = source()
    files["elsewhere/source.yaml"] = source(ignore="/shop\n")
    (shop,) = [each for each in found({**files, "shop/a.yaml": CONFIG % "a"}) if each.name == "shop"]
    assert shop.reason is None


def test_what_a_source_includes_from_another_repository_is_said() -> None:
    files = flux()
    files["clusters/source.yaml"] = source(
        include=[{"repository": {"name": "base"}, "toPath": "./shop/base"}]
    )
    (shop,) = [each for each in found({**files, "shop/a.yaml": CONFIG % "a"}) if each.name == "shop"]
    assert (
        "its source includes the GitRepository base at shop/base, which is not read here" in shop.evidence
    )


def test_a_build_that_reads_nothing_left_out_keeps_the_graph() -> None:
    from promoter.deployables.builds.flux_source import packed as source_graph

    tree = graph({"shop/a.yaml": CONFIG % "a", "logo.png": "x", ".github/x.yaml": "x"})
    assert source_graph(tree, "shop", "") is tree
