"""The promises about promotions that hold for any repository, on repositories that Hypothesis makes up."""

import pytest
from generated_repositories import Repository, repositories, versions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from promotions import render

from promoter.errors import RefusedError
from promoter.kustomize import Graph
from promoter.model import Image, Rendered, RenderFailure
from promoter.plan import Request, plan, prove, site
from promoter.yamldoc import parse, scalars

renders = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
pure = settings(max_examples=150, deadline=None)


def promoted(repository: Repository, source: str, target: str, **request: object):
    graph = repository.graph
    return plan(site(graph, source), site(graph, target), Request(**request))


def named(repository: Repository, target: str, name: str, version: str):
    graph = repository.graph
    return plan(None, site(graph, target), Request(images=(name,), version=version))


def images_of(rendered: object) -> set[str]:
    """Every image that a render runs."""
    assert isinstance(rendered, Rendered), rendered
    return {
        container["image"]
        for each in rendered.objects
        for container in each.body["spec"]["template"]["spec"]["containers"]
    }


@pure
@given(repositories())
def test_promise_1_promoting_twice_changes_nothing_the_second_time(repository):
    graph = repository.graph
    made = promoted(repository, "dev", "staging")
    again = Graph(graph.snapshot.with_edits(made.edits))
    assert plan(site(again, "dev"), site(again, "staging"), Request()).edits == ()


@pure
@given(repositories(), st.booleans())
def test_promise_2_only_files_of_the_target_change(repository, shared):
    if shared:
        name = repository.images[0]
        entry = f'images:\n- name: {name}\n  newName: {name}\n  newTag: "0"\n'
        repository.files["base/kustomization.yaml"] += entry.encode()
        repository.files["prod-shared/kustomization.yaml"] = b"resources: [../base]\n"
        with pytest.raises(RefusedError, match="shared with"):
            named(repository, "prod-shared", name, "9")
    made = promoted(repository, "dev", "staging")
    assert {edit.path for edit in made.edits} <= {"staging/kustomization.yaml"}


@pytest.mark.renderer
@renders
@given(repositories())
def test_promise_3_every_other_environment_renders_to_the_same(repository):
    graph = repository.graph
    made = promoted(repository, "dev", "staging")
    for name in repository.environments:
        if name != "staging":
            assert render(graph, name) == render(graph, name, made)


@pytest.mark.renderer
@renders
@given(repositories(), versions)
def test_promise_4_the_target_runs_what_was_asked_and_the_proof_says_so(repository, version):
    graph, name = repository.graph, repository.images[0]
    made = named(repository, "staging", name, version)
    before, after = render(graph, "staging"), render(graph, "staging", made)
    assert f"{name}:{version}" in images_of(after)
    assert prove(made, ((before, after),), {}).state == "proven"
    assert not made.bumps or prove(made, ((before, before),), {}).state == "refused"


@pure
@given(repositories())
def test_promise_5_nothing_but_the_versions_own_characters_changes(repository):
    graph, path = repository.graph, "staging/kustomization.yaml"
    made = promoted(repository, "dev", "staging")
    before, after = graph.snapshot[path], graph.snapshot.with_edits(made.edits)[path]
    text = before.removeprefix(b"\xef\xbb\xbf").decode()
    for edit in made.edits:
        was = text[edit.start : edit.end]
        assert was.strip("'\"") in repository.running["staging"].values()
        assert edit.replacement[0] == was[0]
    unquoted = [text[: edit.start].count("\n") for edit in made.edits]
    pairs = zip(before.split(b"\n"), after.split(b"\n"), strict=True)
    assert [number for number, (old, new) in enumerate(pairs) if old != new] == sorted(set(unquoted))
    assert scalars(parse(path, after)).keys() == scalars(parse(path, before)).keys()


@pytest.mark.renderer
@renders
@given(repositories())
def test_promise_6_versions_of_any_spelling_stay_text(repository):
    graph = repository.graph
    made = promoted(repository, "dev", "staging")
    expected = {f"{name}:{repository.running['dev'][name]}" for name in repository.images}
    assert images_of(render(graph, "staging", made)) == expected


@pure
@given(versions, st.sampled_from(["{}", "'{}'", '"{}"']))
def test_promise_6_a_version_reads_as_it_was_asked_in_every_quote_style(version, style):
    entry = f"images:\n- name: x/shop\n  newTag: {style.format('v1')}\n"
    repository = Repository({"prod/kustomization.yaml": entry.encode()}, ("x/shop",), {})
    made = named(repository, "prod", "x/shop", version)
    after = Graph(repository.graph.snapshot.with_edits(made.edits))
    (pin,) = site(after, "prod").pins
    assert pin.image == Image("x/shop", version)


fields = st.sampled_from(["resources", "components", "bases", "crds", "configurations"])
hostile = st.sampled_from(
    [
        "https://evil.example/x.yaml",
        "git::https://evil.example/x?ref=v1",
        "git@evil.example:x/y.git",
        "github.com/evil/x//y?ref=main",
        "ssh://evil.example/x",
        "/etc/passwd",
        "../../outside.yaml",
        "../..",
        "x/../../../outside",
    ]
)


@pytest.mark.renderer
@renders
@given(
    repositories(), st.sampled_from(["resources", "components", "bases", "crds", "configurations"]), hostile
)
def test_promise_8_what_is_remote_or_outside_is_named_and_never_read(repository, field, entry):
    text = f"{field}: [{entry!r}]\nimages: [{{name: x/shop, newTag: 'v1'}}]\n"
    repository.files["hostile/kustomization.yaml"] = text.encode()
    graph = repository.graph
    assert set(graph.closure("hostile").files) <= set(repository.files)
    assert [problem.written for problem in graph.closure("hostile").problems] == [entry]
    failed = render(graph, "hostile")
    assert isinstance(failed, RenderFailure)
    assert (failed.kind, entry in failed.message) == ("refused", True)
