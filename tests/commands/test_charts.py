"""Charts: built elsewhere, pinned in their controller's object."""

CHART = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: cache-{0}, namespace: argocd}}
spec:
  project: default
  source:
    repoURL: https://charts.example.com
    chart: cache
    targetRevision: {1} # {0}
  destination: {{name: {0}, namespace: cache}}
"""


def charts(**versions: str) -> dict[str, str]:
    return {f"argocd/cache-{name}.yaml": CHART.format(name, version) for name, version in versions.items()}


def test_a_charts_revision_moves_from_application_to_application(shop, promoter):
    shop.commit_files(charts(dev="1.3.0", staging="1.2.0"), "Add a chart")

    ran = promoter("promote", "cache", "--from", "dev", "--to", "staging", "--write", "--unproven")

    assert ran.code == 0, ran.err
    text = (shop.path / "argocd/cache-staging.yaml").read_text()
    assert text == CHART.format("staging", "1.3.0")


def test_a_chart_is_unproven_and_so_refused_by_default(shop, refused):
    shop.commit_files(charts(dev="1.3.0", staging="1.2.0"), "Add a chart")

    said = refused("promote", "cache", "--from", "dev", "--to", "staging")

    assert "not rendered here" in said
