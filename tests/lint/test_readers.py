"""Which builds read a file, also where the whole repository is one plain directory."""

from promoter.kustomize import Graph
from promoter.lint.source import Root, SourceContext, source_context
from promoter.lint.unjudged import Unjudged
from promoter.model import Deployable, Location, Rendered, RenderFailure, Snapshot

WHOLE = Deployable("argocd", "Application", "shop", "shop", "prod", "", Location("apps/a.yaml"))


def source(*paths: str, result: Rendered | RenderFailure, files: tuple[str, ...] = ()) -> SourceContext:
    graph = Graph(Snapshot.of(dict.fromkeys(paths, b"a: b\n")))
    root = Root("", "shop", "prod", "", result, None if files else WHOLE, files)
    return source_context(graph, (WHOLE,), (root,))


def test_a_plain_repository_is_read_whole() -> None:
    found = source("web.yaml", "more/web.yaml", result=Rendered("", (), ""))
    assert found.readers("web.yaml") == found.readers("more/web.yaml") == found.roots


def test_a_kustomization_at_the_top_reads_what_it_names() -> None:
    found = source("kustomization.yaml", "web.yaml", result=Rendered("", (), ""))
    assert found.readers("kustomization.yaml") == found.roots
    assert found.readers("web.yaml") == ()


def test_manifests_that_were_only_named_read_themselves() -> None:
    found = source("web.yaml", "other.yaml", result=Rendered("", (), ""), files=("web.yaml",))
    assert found.readers("web.yaml") == found.roots
    assert found.readers("other.yaml") == ()


def test_a_plain_repository_that_does_not_render_leaves_every_file_unjudged() -> None:
    assert Unjudged(source("web.yaml", result=RenderFailure("", "failed", "x"))).reads("web.yaml")
    assert not Unjudged(source("web.yaml", result=Rendered("", (), ""))).reads("web.yaml")
