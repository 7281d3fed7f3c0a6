"""Shards merged print the bytes of a single machine; shards that do not belong together are refused."""

import gzip
import json
from pathlib import Path

import pytest

from promoter.diff import Redactor

pytestmark = pytest.mark.renderer
COUNTS = [1, 2, 3, 5]
FORMATS = {
    "lint": ("text", "json", "sarif"),
    "diff": ("text", "json"),
    "render staging": ("yaml", "json"),
    "render prod-eu": ("yaml", "json"),
}
APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}-{env}, namespace: argocd}}
spec:
  source: {{repoURL: https://git.example.com/acme/gitops.git, path: more/{name}/{env}}}
  destination: {{namespace: {name}}}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      hostNetwork: {host}
      containers: [{{name: {name}, image: "x/{name}:latest"}}]
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: %s}\n"
PATCH = "patches: [{path: absent.yaml}]\n"
"""Refused before any engine sees it."""
BROKEN = "replicas: [{name: nobody, count: 2}]\n"
"""Refused by the engine."""


@pytest.fixture
def changed(shop, monkeypatch):
    """A repository with a branch whose work tree differs from main in bases and overlays."""
    monkeypatch.setattr(Redactor, "fresh", classmethod(lambda cls: cls(b"0123456789abcdef")))
    shop.commit_files(generated(), "Add more")
    shop.git("switch", "--quiet", "--create", "change")
    shop.write(
        "apps/shop/overlays/prod-eu/kustomization.yaml", reworked(shop.overlay("prod-eu").read_text())
    )
    shop.write("more/a1/base/secret.yaml", SECRET % "correct-horse")
    shop.write("more/a2/base/deployment.yaml", DEPLOYMENT.format(name="a2", host="false"))
    shop.write("more/a3/dev/kustomization.yaml", "resources: [../base]\n" + PATCH)
    shop.write("more/a4/dev/kustomization.yaml", "resources: [../base]\n" + BROKEN)
    shop.commit_files({}, "Change")
    return shop


def reworked(text):
    assert "count: 3" in text
    return text.replace("count: 3", "count: 1")


def generated():
    files = {"unused/kustomization.yaml": "resources: [../more/a1/base]\n"}
    for number in range(1, 8):
        name = f"a{number}"
        base = f"more/{name}/base"
        files[f"{base}/kustomization.yaml"] = "resources: [deployment.yaml, secret.yaml]\n"
        files[f"{base}/deployment.yaml"] = DEPLOYMENT.format(name=name, host="true")
        files[f"{base}/secret.yaml"] = SECRET % "battery-staple"
        for env in ("dev", "prod-eu"):
            files[f"more/{name}/{env}/kustomization.yaml"] = "resources: [../base]\n"
            files[f"argocd/more/{name}-{env}.yaml"] = APP.format(name=name, env=env)
    return files


def shards(promoter, folder, count, *command):
    """The files of all shards of a command."""
    files = []
    for number in range(1, count + 1):
        file = folder / f"shard-{number}-of-{count}.json.gz"
        ran = promoter(*command, "--shard", f"{number}/{count}", "--output", str(file))
        assert (ran.code, ran.out) == (0, ""), ran.err
        files.append(str(file))
    return files


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("command", FORMATS)
@pytest.mark.usefixtures("changed")
def test_the_merge_prints_what_one_machine_prints(promoter, tmp_path, command, count):
    files = shards(promoter, tmp_path, count, *command.split())

    for format_ in FORMATS[command]:
        alone = promoter(*command.split(), "--format", format_)
        merged = promoter("merge-results", *files, "--format", format_)
        assert alone.out
        assert (merged.out, merged.err, merged.code) == (alone.out, alone.err, alone.code)


@pytest.mark.parametrize(
    "command",
    [
        ("lint", "--changed-since", "main"),
        ("lint", "--select", "SEC,IMG", "--profile", "restricted"),
        ("lint", "apps/shop", "apps/shop/base"),
        ("diff", "staging", "prod-eu"),
        ("diff", "main", "change", "--noise", "--hide", "Deployment:spec.replicas"),
        ("diff", "prod-eu", "--app", "shop"),
        ("render", "prod", "--at", "main"),
        ("render", "prod-eu@main", "--app", "shop"),
        ("render", "./apps/shop/base"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("changed")
def test_what_was_asked_travels_in_the_shards(promoter, tmp_path, command):
    files = shards(promoter, tmp_path, 2, *command)

    alone, merged = (
        promoter(*command, "--format", "json"),
        promoter("merge-results", *files, "--format", "json"),
    )

    assert (merged.out, merged.code) == (alone.out, alone.code)
    assert alone.out


def test_the_merge_starts_no_engine(shop, promoter, tmp_path, monkeypatch):
    files = shards(promoter, tmp_path, 2, "lint")
    alone = promoter("lint")
    monkeypatch.setattr("promoter.render.choose", None)

    assert promoter("merge-results", *files).out == alone.out
    assert promoter("lint").code == 4


def test_shards_render_different_things_and_together_everything(shop, promoter, tmp_path):
    shop.commit_files(generated(), "Add more")
    everything, *_ = (kept(file) for file in shards(promoter, tmp_path, 1, "lint"))
    parts = [kept(file) for file in shards(promoter, tmp_path, 3, "lint")]

    assert set().union(*parts) == everything
    assert all(part < everything for part in parts)


def kept(file):
    with gzip.open(file) as content:
        return set(json.load(content)["results"])


def test_lint_fails_from_the_severity_that_the_merge_is_given(changed, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "lint")

    assert promoter("merge-results", *files, "--fail-on", "never").code == 0
    assert promoter("merge-results", *files, "--fail-on", "note").code == 1


def test_lint_fails_as_one_machine_does_when_sarif_is_the_only_output(changed, promoter, tmp_path):
    changed.write("apps/shop/overlays/dev/kustomization.yaml", "resources: [gone.yaml]\n")
    files = shards(promoter, tmp_path, 2, "lint")

    assert promoter("merge-results", *files, "--format", "sarif").code == 0
    assert promoter("merge-results", *files, "--format", "sarif", "--fail-on", "error").code == 1
    assert promoter("merge-results", *files).code == 1


def test_the_merge_of_a_render_hides_what_it_is_told_to_hide(changed, promoter, tmp_path):
    overlay = changed.overlay("dev")
    overlay.write_text(overlay.read_text().replace("resources:", "resources:\n  - secret.yaml", 1))
    changed.write("apps/shop/overlays/dev/secret.yaml", SECRET % "correct-horse")
    files = shards(promoter, tmp_path, 2, "render", "dev")

    hidden = promoter("merge-results", *files, "--redact")

    assert "correct-horse" in promoter("merge-results", *files).out
    assert "correct-horse" not in hidden.out
    assert hidden.out == promoter("render", "dev", "--redact").out


def test_diff_leaves_with_the_exit_code_of_one_machine(changed, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "diff")

    alone = promoter("diff", "--exit-code")

    assert alone.code in (1, 3)
    assert promoter("merge-results", *files, "--exit-code").code == alone.code


# --- what does not belong together ---------------------------------------------------------------


def refused(promoter, *arguments):
    ran = promoter("merge-results", *arguments)
    assert (ran.code, ran.out) == (5, "")
    return ran.err


def test_a_missing_shard_is_named(shop, promoter, tmp_path):
    files = shards(promoter, tmp_path, 3, "lint")

    assert "shard 2/3 is missing" in refused(promoter, files[0], files[2])
    assert "shards 1/3, 2/3 are missing" in refused(promoter, files[2])


def test_a_doubled_shard_is_named(shop, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "lint")

    assert "are both shard 2/2" in refused(promoter, *files, files[1])


def test_a_shard_of_another_division_is_named(shop, promoter, tmp_path):
    two, three = shards(promoter, tmp_path, 2, "lint"), shards(promoter, tmp_path, 3, "lint")

    assert f"{three[2]}: it is shard 3/3, and {two[0]} one of 2" in refused(promoter, two[0], three[2])


def test_a_shard_of_another_command_or_request_is_named(shop, promoter, tmp_path):
    (tmp_path / "other").mkdir()
    lint, diff = shards(promoter, tmp_path, 2, "lint"), shards(promoter, tmp_path / "other", 2, "diff")
    assert "another command: expected lint" in refused(promoter, lint[0], diff[1])

    other = shards(promoter, tmp_path / "other", 2, "lint", "--select", "SEC")
    assert "another request" in refused(promoter, lint[0], other[1])


def test_a_shard_of_another_commit_is_named(shop, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "lint")
    shop.commit("Go on", README="more\n")

    assert f"{files[0]}: it speaks of another commit" in refused(promoter, *files)


def test_a_shard_of_other_files_in_the_work_tree_is_named(shop, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "lint")
    shop.write("apps/shop/base/new.yaml", "")

    assert "another state of the work tree" in refused(promoter, *files)


def test_a_shard_of_another_promoter_is_named(shop, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "lint")
    rewrite(files[1], lambda said: said["about"].update(promoter="9.9"))

    assert f"{files[1]}: it speaks of another version of promoter: expected" in refused(promoter, *files)


def test_a_shard_of_another_engine_is_named(shop, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "lint")
    rewrite(files[1], lambda said: said["about"].update(engine="kustomize 1.2.3"))

    assert "another render engine" in refused(promoter, *files)


def test_a_revision_that_has_moved_since_is_named(changed, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "diff", "main", "change")
    changed.git("branch", "--force", "main", "change")

    assert "another set of revisions" in refused(promoter, *files)


def test_a_build_that_no_shard_holds_is_named(shop, promoter, tmp_path):
    files = shards(promoter, tmp_path, 2, "lint")
    for file in files:
        rewrite(file, lambda said: said["results"].clear())

    assert "no shard holds the build of" in refused(promoter, *files)


def test_shards_that_disagree_about_a_build_are_refused(shop, promoter, tmp_path):
    (file,) = shards(promoter, tmp_path, 1, "lint")
    other = tmp_path / "other.json"
    with gzip.open(file) as content:
        said = json.load(content)
    for number, name in ((1, file), (2, other)):
        said["shard"] = f"{number}/2"
        if number == 2:
            for each in said["results"].values():
                each.update(objects=[])
        write(name, said)

    assert "two shards rendered" in refused(promoter, file, str(other))


def rewrite(file, change):
    with gzip.open(file) as content:
        said = json.load(content)
    change(said)
    write(file, said)


def write(file, said):
    content = json.dumps(said).encode()
    Path(file).write_bytes(gzip.compress(content) if str(file).endswith(".gz") else content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x1f\x8b broken", b'{"about": 1}', b"\xff"])
def test_a_file_that_is_no_shard_is_a_usage_error(shop, promoter, tmp_path, content):
    file = tmp_path / "file.json"
    file.write_bytes(content)

    ran = promoter("merge-results", str(file))

    assert ran.code == 2
    assert f"{file}: expected a file that --shard wrote: it is no whole shard" in ran.err


def test_a_file_that_was_cut_off_is_a_usage_error(shop, promoter, tmp_path):
    (file,) = shards(promoter, tmp_path, 1, "lint")
    Path(file).write_bytes(Path(file).read_bytes()[:200])

    assert promoter("merge-results", file).code == 2


def test_a_file_that_is_not_there_is_a_usage_error(shop, promoter, tmp_path):
    ran = promoter("merge-results", str(tmp_path / "absent"))

    assert ran.code == 2
    assert "No such file" in ran.err


# --- what a shard cannot do ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "--fix"), ("lint", "--unsafe-fixes"), ("lint", "--diff"), ("lint", "--open-issues"),
        ("lint", "--format", "json"), ("lint", "--fail-on", "error"),
        ("diff", "--format", "json"), ("diff", "--side-by-side"), ("diff", "--exit-code"),
        ("render", "--format", "json", "dev"), ("render", "--redact", "dev"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_belongs_to_one_machine_or_to_the_merge_is_refused(shop, promoter, tmp_path, arguments):
    file = tmp_path / "shard.json"

    ran = promoter(*arguments, "--shard", "1/2", "--output", str(file))

    assert ran.code == 2
    assert f"{arguments[1]} " in ran.err or f"{arguments[1]}," in ran.err
    assert not file.exists()


def test_standard_input_is_not_divided(shop, promoter, tmp_path, monkeypatch):
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"kind: Pod\n")))

    ran = promoter("lint", "-", "--shard", "1/2", "--output", str(tmp_path / "shard.json"))

    assert ran.code == 2
    assert "`-` and --shard exclude each other" in ran.err


@pytest.mark.parametrize("command", ["lint", "diff", "render dev"])
def test_a_shard_without_a_file_and_a_file_without_a_shard_are_refused(shop, promoter, tmp_path, command):
    alone = promoter(*command.split(), "--shard", "1/2")
    assert (alone.code, alone.out) == (2, "")
    assert "expected --output FILE too" in alone.err

    assert "expected --shard I/N too" in promoter(*command.split(), "--output", str(tmp_path / "x")).err


def folder(inside, name):
    made = inside / name
    made.mkdir()
    return made


def test_options_of_another_command_are_refused_by_the_merge(shop, promoter, tmp_path):
    lint, diff, render = (
        shards(promoter, folder(tmp_path, command[0]), 1, *command)
        for command in (["lint"], ["diff"], ["render", "dev"])
    )

    assert "--redact belongs to render" in promoter("merge-results", *lint, "--redact").err
    assert "--exit-code belongs to diff" in promoter("merge-results", *render, "--exit-code").err
    assert "expected one format of render, found 'text'" in (
        promoter("merge-results", *render, "--format", "text").err
    )
    assert "--exit-code belongs to diff" in promoter("merge-results", *lint, "--exit-code").err
    assert "--fail-on belongs to lint" in promoter("merge-results", *diff, "--fail-on", "note").err
    assert "expected one format of diff, found 'sarif'" in (
        promoter("merge-results", *diff, "--format", "sarif").err
    )


def test_a_shard_among_the_files_that_are_judged_is_refused(shop, promoter):
    file = shop.path / "shard.json"

    ran = promoter("lint", "--shard", "1/1", "--output", str(file))

    assert ran.code == 2
    assert "would lie among the files that are judged" in ran.err
    assert not file.exists()


def test_a_shard_may_lie_where_git_ignores_it(shop, promoter, tmp_path):
    shop.commit("Ignore", **{".gitignore": "*.shard\n"})
    file = shop.path / "one.shard"

    assert promoter("lint", "--shard", "1/1", "--output", str(file)).code == 0
    assert promoter("merge-results", str(file)).out == promoter("lint").out


def test_a_shard_is_for_its_owner_alone(shop, promoter, tmp_path):
    (file,) = shards(promoter, tmp_path, 1, "lint")
    assert Path(file).stat().st_mode & 0o777 == 0o600

    Path(file).chmod(0o644)
    shards(promoter, tmp_path, 1, "lint")
    assert Path(file).stat().st_mode & 0o777 == 0o600


def test_the_same_shard_is_the_same_bytes(shop, promoter, tmp_path):
    (file,) = shards(promoter, tmp_path, 1, "lint")
    first = Path(file).read_bytes()

    (file,) = shards(promoter, tmp_path, 1, "lint")

    assert Path(file).read_bytes() == first


def test_a_refusal_is_told_as_each_revision_has_it(shop, promoter, tmp_path):
    """The same kustomization at both revisions, of which one lacks what the other has without a base."""
    application = APP.format(name="a1", env="dev")
    overlay = {"more/a1/dev/kustomization.yaml": "resources: [../gone]\n", "argocd/a1.yaml": application}
    shop.commit_files(overlay, "Begin")
    shop.git("switch", "--quiet", "--create", "change")
    moved = application.replace("{namespace: a1}", "{namespace: a2}")
    shop.commit_files({"more/a1/gone/notes.txt": "", "argocd/a1.yaml": moved}, "Go on")
    files = shards(promoter, tmp_path, 2, "diff", "main", "change")

    alone = promoter("diff", "main", "change", "--format", "json")

    assert promoter("merge-results", *files, "--format", "json").out == alone.out
    assert "does not exist" in alone.out
