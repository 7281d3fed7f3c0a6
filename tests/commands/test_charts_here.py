"""Charts that lie in the repository: promoted, proven by the real helm, and compared."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from git_work import Work

pytestmark = pytest.mark.skipif(shutil.which("helm") is None, reason="no helm is on PATH (make helm)")

OWN = "https://example.com/acme/gitops.git"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"}]}
"""


def application(environment: str, name: str = "web", helm: str = "") -> dict[str, str]:
    body = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}-{environment}, namespace: argocd}}
spec:
  project: default
  source:
    repoURL: {OWN}
    path: charts/web
    helm:
      {helm or f"valueFiles: [../../values/common.yaml, ../../values/{name}-{environment}.yaml]"}
  destination: {{name: {environment}, namespace: {name}}}
"""
    return {f"argocd/{name}-{environment}.yaml": body}


def values(tag: str) -> str:
    return f"image:\n  tag: '{tag}' # {tag}\n"


def tree() -> dict[str, str]:
    return {
        "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
        "charts/web/values.yaml": "replicas: 1\nimage: {repository: ghcr.io/acme/web, tag: '0'}\n",
        "charts/web/templates/d.yaml": DEPLOYMENT,
        "values/common.yaml": "replicas: 2\nimage: {tag: '1.0.0'}\n",
        "values/web-dev.yaml": values("1.2.0"),
        "values/web-staging.yaml": values("1.1.0"),
        "promoter.yaml": f"repositories: ['{OWN}']\n",
        **application("dev"),
        **application("staging"),
    }


@pytest.fixture
def charts(shop) -> Work:
    shop.git("rm", "--quiet", "-r", "--ignore-unmatch", ".")
    shop.commit_files(tree(), "Begin with a chart")
    return shop


def test_the_last_value_file_that_sets_the_version_is_the_one_that_moves(charts, promoter):
    ran = promoter("promote", "web", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 0, ran.err
    assert (charts.path / "values/web-staging.yaml").read_text() == "image:\n  tag: '1.2.0' # 1.1.0\n"
    assert charts.git("diff", "--name-only") == "values/web-staging.yaml"
    assert "proven" in ran.out


def test_a_version_that_only_a_shared_value_file_sets_is_not_moved(charts, promoter):
    charts.commit_files({"values/web-staging.yaml": "replicas: 3\n"}, "Take the common version")
    before = charts.state()

    ran = promoter("promote", "web", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 5
    assert "values/common.yaml, which is shared with dev" in ran.err
    assert charts.state() == before


def test_the_proof_renders_every_chart_that_reads_an_edited_value_file(charts, promoter):
    charts.commit_files(
        {
            "promoter.yaml": f"repositories: ['{OWN}']\nshared: allow\n",
            "values/web-staging.yaml": "replicas: 3\n",
            **application("prod"),
            "values/web-prod.yaml": "replicas: 4\n",
        },
        "Share one version between two environments",
    )
    before = charts.state()

    ran = promoter("promote", "web", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 5
    assert "web in prod would change too: Deployment.apps/web-prod" in ran.err
    assert charts.state() == before


def test_a_template_that_uses_the_version_twice_is_planned_and_another_change_is_refused(charts, promoter):
    extra = DEPLOYMENT + '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {v: "%s"}\n'
    twice = extra % "{{ .Values.image.tag }}"
    charts.commit_files({"charts/web/templates/d.yaml": twice}, "Say the version twice")
    assert promoter("promote", "web", "--from", "dev", "--to", "staging").code == 0

    hashed = extra % "{{ .Values.image.tag | sha256sum }}"
    charts.commit_files({"charts/web/templates/d.yaml": hashed}, "Say a hash of it")
    ran = promoter("promote", "web", "--from", "dev", "--to", "staging")
    assert ran.code == 5
    assert "the change would do more than planned: ConfigMap/c data.v" in ran.err


def test_a_chart_that_makes_up_a_password_is_unproven(charts, promoter):
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {key: '{{ randAlphaNum 9 }}'}\n"
    )
    charts.commit_files({"charts/web/templates/s.yaml": secret}, "Make up a password")

    ran = promoter("promote", "web", "--from", "dev", "--to", "staging")

    assert ran.code == 5
    assert "two renders of the same chart differ (Secret/s stringData.key)" in ran.err
    assert promoter("promote", "web", "--from", "dev", "--to", "staging", "--unproven").code == 0


def test_without_helm_a_promotion_of_a_chart_is_unproven(charts, promoter):
    charts.commit_files({"promoter.yaml": f"repositories: ['{OWN}']\nrender: {{helm: none}}\n"}, "No helm")

    ran = promoter("promote", "web", "--from", "dev", "--to", "staging")

    assert ran.code == 5
    assert (
        "helm not found, which renders the chart charts/web: `render.helm: none` switches it off" in ran.err
    )


def test_parameters_of_the_application_lie_over_value_files_and_are_proven(charts, promoter):
    parameters = "parameters: [{{name: image.tag, value: '{}'}}]"
    changed = {**application("dev", helm=parameters.format("2.0.0"))}
    changed |= application("staging", helm=parameters.format("1.9.0"))
    charts.commit_files(changed, "Say versions in the Applications")

    ran = promoter("promote", "web", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 0, ran.err
    assert charts.git("diff", "--name-only") == "argocd/web-staging.yaml"
    assert "value: '2.0.0'" in (charts.path / "argocd/web-staging.yaml").read_text()


def test_an_edit_of_an_object_that_moves_two_environments_is_refused(charts, promoter):
    """One ApplicationSet whose template says the version of both environments."""
    both = f"""apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{name: web, namespace: argocd}}
spec:
  goTemplate: true
  generators: [{{list: {{elements: [{{env: staging}}, {{env: prod}}]}}}}]
  template:
    metadata: {{name: 'web-{{{{.env}}}}'}}
    spec:
      project: default
      source:
        repoURL: {OWN}
        path: charts/web
        helm: {{parameters: [{{name: image.tag, value: 1.0.0}}]}}
      destination: {{name: '{{{{.env}}}}', namespace: web}}
"""
    charts.git("rm", "--quiet", "argocd/web-staging.yaml")
    charts.commit_files({"argocd/set.yaml": both}, "Deploy two environments from one object")
    before = charts.state()

    ran = promoter("promote", "web", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 5, ran.out
    assert "prod would change too" in ran.err or "shared with prod" in ran.err
    assert charts.state() == before


def test_two_apps_of_one_chart_do_not_move_together(charts, promoter):
    other = {**application("dev", "api"), **application("staging", "api")}
    charts.commit_files(
        {**other, "values/api-dev.yaml": values("7.1.0"), "values/api-staging.yaml": values("7.0.0")},
        "Two apps",
    )

    ran = promoter("promote", "api", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 0, ran.err
    assert charts.git("diff", "--name-only") == "values/api-staging.yaml"
    assert "7.1.0" in (charts.path / "values/api-staging.yaml").read_text()


def test_a_changed_chart_file_selects_every_application_that_reads_it(charts, promoter):
    charts.write("charts/web/templates/d.yaml", DEPLOYMENT.replace("{app: web}", "{app: shop}"))
    ran = promoter("diff", "--format", "json")
    assert ran.out.count('"environment": "dev"') >= 1
    assert ran.out.count('"environment": "staging"') >= 1
    charts.git("checkout", "--quiet", ".")

    charts.write("values/web-dev.yaml", values("1.3.0"))
    ran = promoter("diff", "--format", "json")
    assert '"environment": "dev"' in ran.out
    assert '"environment": "staging"' not in ran.out


def test_apps_and_images_show_the_version_that_runs(charts, promoter):
    assert "web:1.2.0" in promoter("apps").out
    assert "1.0.0" not in promoter("apps").out
    ran = promoter("images", "staging")
    assert "ghcr.io/acme/web  1.1.0" in ran.out
    assert "values/web-staging.yaml:2" in ran.out


def test_the_past_of_a_value_file_is_known_and_a_rollback_goes_back_to_it(charts, promoter):
    charts.commit_files({"values/web-staging.yaml": values("1.1.5")}, "Bump staging")

    told = promoter("history", "web", "--in", "staging").out
    assert "1.1.5" in told
    assert "1.1.0" in told
    ran = promoter("rollback", "web", "--in", "staging", "--write", "--because", "it fails")

    assert ran.code == 0, ran.err
    assert "tag: '1.1.0'" in (charts.path / "values/web-staging.yaml").read_text()
    assert "proven" in ran.out


def test_the_chart_that_helm_itself_writes_is_rendered(charts, promoter, tmp_path):
    subprocess.run(["helm", "create", "web"], cwd=tmp_path, check=True, capture_output=True)
    made = {
        f"charts/web/{each.relative_to(tmp_path / 'web')}": each for each in (tmp_path / "web").rglob("*.*")
    }
    charts.commit_files(
        {path: each.read_bytes() for path, each in made.items() if each.is_file()}, "Take helm's"
    )

    ran = promoter("render", "staging")

    assert ran.code == 0, ran.err
    assert "image: nginx:1.1.0" in ran.out


def test_the_version_names_helm_or_what_is_missing(promoter, monkeypatch, tmp_path):
    said = promoter("--version", "--verbose").out.splitlines()[-1]
    assert re.fullmatch(r"charts: helm \d+\.\d+\S*", said)

    monkeypatch.setenv("PATH", str(tmp_path))
    said = promoter("--version", "--verbose").out.splitlines()[-1]
    assert said == "charts: no helm on PATH; charts are listed, not rendered"


def test_a_chart_elsewhere_that_reads_an_edited_value_file_leaves_the_proof_open(charts, promoter):
    remote = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web-prod, namespace: argocd}}
spec:
  project: default
  sources:
    - repoURL: https://example.com/charts
      chart: web
      targetRevision: 1.0.0
      helm: {{valueFiles: [$here/values/web-staging.yaml]}}
    - {{repoURL: {OWN}, ref: here, targetRevision: main}}
  destination: {{name: prod, namespace: web}}
"""
    allow = f"repositories: ['{OWN}']\nshared: allow\n"
    charts.commit_files(
        {"argocd/web-prod.yaml": remote, "promoter.yaml": allow}, "Deploy prod from elsewhere"
    )

    ran = promoter("promote", "web", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 5, ran.out
    assert "web in prod reads an edited file and does not render" in ran.err
    assert "lies elsewhere and is not downloaded" in ran.err


CHILD = """{{- range $name, $tag := .Values.tags }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: "web-{{ $name }}", namespace: argocd}
spec:
  project: default
  source:
    repoURL: %s
    path: charts/web
    helm: {parameters: [{name: image.tag, value: "{{ $.Values.image.tag }}"}]}
  destination: {name: "{{ $name }}", namespace: web}
{{- end }}
"""
ROOT = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: ENV-apps, namespace: argocd}}
spec:
  project: default
  source:
    repoURL: {OWN}
    path: charts/apps
    helm: {{valueFiles: [values-ENV.yaml]}}
  destination: {{name: ENV, namespace: argocd}}
"""


def test_what_a_chart_of_applications_makes_of_an_edit_is_proven_too(charts, promoter):
    """The root app of staging also makes an Application of another environment."""
    charts.git("rm", "--quiet", "argocd/web-dev.yaml", "argocd/web-staging.yaml")
    image = "image: {{repository: ghcr.io/acme/web, tag: '{}'}}\n"
    charts.commit_files(
        {
            "charts/apps/Chart.yaml": "apiVersion: v2\nname: apps\nversion: 0.1.0\n",
            "charts/apps/templates/all.yaml": CHILD % OWN,
            "charts/apps/values-dev.yaml": image.format("1.2.0") + "tags: {}\n",
            "charts/apps/values-staging.yaml": image.format("1.1.0") + "tags: {prod: x}\n",
            "argocd/dev.yaml": ROOT.replace("ENV", "dev"),
            "argocd/staging.yaml": ROOT.replace("ENV", "staging"),
            "promoter.yaml": f"repositories: ['{OWN}']\nshared: allow\n",
        },
        "Apps of apps",
    )
    assert "web-prod" in promoter("apps").out

    ran = promoter("promote", "apps", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 5, ran.out
    assert "web in prod would change too" in ran.err


def test_a_machine_without_helm_merges_what_others_rendered_and_another_helm_is_refused(
    charts, promoter, tmp_path
):
    files = [str(tmp_path / f"{number}.json") for number in (1, 2)]
    for number, file in enumerate(files, start=1):
        ran = promoter("lint", "--shard", f"{number}/2", "--output", file)
        assert ran.code == 0, ran.err
    whole = promoter("lint")
    assert "Deployment.apps/web-staging" in whole.out

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("promoter.render.helm.shutil.which", lambda _: None)
        assert promoter("merge-results", *files).out == whole.out

    said = json.loads(Path(files[0]).read_text())
    said["about"]["charts"] = "helm 3.1"
    Path(files[0]).write_text(json.dumps(said))
    ran = promoter("merge-results", *files)
    assert ran.code == 5
    assert "helm 3.1" in ran.err
