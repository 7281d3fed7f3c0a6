"""The site of a chart: the versions of its own files and of every value file that was named for it."""

import pytest
from promotions import after, graph

from promoter.images.charts import ChartFiles, deciding, leaves
from promoter.plan import Request, Site, chart_pins, plan, site

VALUES = "image:\n  repository: ghcr.io/acme/web\n  tag: '{}'\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: job}\n"
RELEASE = "metadata: {name: web}\nspec: {values: {sidecar: {image: {repository: x/proxy, tag: '4'}}}}\n"
TREE = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "charts/web/values.yaml": VALUES.format("1"),
    "charts/web/templates/job.yaml": POD + "spec: {containers: [{name: job, image: 'x/job:3'}]}\n",
    "env/prod.yaml": VALUES.format("2"),
    "tools/kustomization.yaml": "configMapGenerator:\n- {name: values, files: [../env/prod.yaml]}\n",
    "release.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n" + RELEASE,
}
CHART = ChartFiles.of(
    "charts/web",
    ("charts/web/Chart.yaml", "charts/web/templates/job.yaml"),
    ("charts/web/values.yaml", "env/prod.yaml"),
    (),
)


def chart_site(readers: tuple[str, ...] = (), **deployed: tuple[str, ...]) -> Site:
    return site(
        graph(TREE),
        "charts/web",
        environment="prod",
        environments_of=lambda directory: deployed.get(directory, ()),
        chart=CHART,
        charts_of=lambda path: readers if path == "env/prod.yaml" else (),
    )


def test_a_charts_pins_are_those_of_its_files_its_value_files_and_the_controllers_object():
    found = {(pin.path, pin.image.tag) for pin in chart_pins(graph(TREE), CHART, ("release.yaml",))}

    assert found == {
        ("charts/web/values.yaml", "1"),
        ("charts/web/templates/job.yaml", "3"),
        ("env/prod.yaml", "2"),
        ("release.yaml", "4"),
    }


def test_of_value_files_laid_over_each_other_only_the_uppermost_place_decides():
    found = {(pin.path, pin.image.tag) for pin in chart_site().pins}

    assert found == {("env/prod.yaml", "2"), ("charts/web/templates/job.yaml", "3")}


def test_a_charts_version_moves_in_the_value_file_that_decides():
    prod = chart_site()

    made = plan(None, prod, Request(images=("ghcr.io/acme/web",), version="5"))

    assert after(prod.graph, made, "env/prod.yaml") == VALUES.format("5")
    assert {edit.path for edit in made.edits} == {"env/prod.yaml"}


@pytest.mark.parametrize(
    ("readers", "shared"),
    [((), {}), (("prod",), {}), (("staging", "prod"), {"env/prod.yaml": ("staging",)})],
)
def test_a_value_file_is_shared_with_the_other_environments_whose_chart_reads_it(readers, shared):
    assert chart_site(readers=readers).shared == shared


def test_a_value_file_is_shared_with_the_environment_of_a_build_that_takes_it_in():
    assert chart_site(tools=("tooling",)).shared == {"env/prod.yaml": ("tooling",)}


REDIS = "image:\n  repository: x/redis\n  tag: '{}'\n"


EXPORTER = REDIS.format("1").replace("redis", "exporter")


def with_subchart(parent: str = "") -> dict[str, str]:
    return {
        "charts/web/Chart.yaml": TREE["charts/web/Chart.yaml"],
        "charts/web/values.yaml": parent,
        "charts/web/charts/redis/values.yaml": REDIS.format("6"),
        "charts/web/charts/redis/charts/exporter/values.yaml": REDIS.format("1").replace(
            "redis", "exporter"
        ),
    }


def tags(
    files: dict[str, str], chart: ChartFiles, also: tuple[str, ...] = ()
) -> set[tuple[str, str | None]]:
    tree = graph(files)
    return {(pin.image.name, pin.image.tag) for pin in deciding(tree, chart_pins(tree, chart, also), chart)}


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ("", {("x/redis", "6"), ("x/exporter", "1")}),
        ("redis: {image: {repository: x/redis, tag: '7'}}\n", {("x/redis", "7"), ("x/exporter", "1")}),
        (
            "redis: {exporter: {image: {repository: x/exporter, tag: '2'}}}\n",
            {("x/redis", "6"), ("x/exporter", "2")},
        ),
    ],
)
def test_values_of_a_subchart_hold_where_the_chart_above_says_nothing(parent, expected):
    files = with_subchart(parent)
    chart = ChartFiles.of("charts/web", tuple(files), ("charts/web/values.yaml",), ())

    assert tags(files, chart) == expected


def test_every_value_file_counts_for_a_chart_that_lies_elsewhere():
    files = {"env/base.yaml": VALUES.format("1"), "env/prod.yaml": VALUES.format("2")}
    chart = ChartFiles.of(None, tuple(files), tuple(files), ())

    assert tags(files, chart) == {("ghcr.io/acme/web", "2")}


def test_what_the_controllers_object_sets_lies_over_every_file():
    values = {"image": {"repository": "ghcr.io/acme/web", "tag": "9"}}
    release = "metadata: {name: web}\nspec: {values: {image: {repository: ghcr.io/acme/web, tag: '9'}}}\n"
    files = {**TREE, "release.yaml": f"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n{release}"}
    chart = ChartFiles.of("charts/web", CHART.files, CHART.values, leaves(values))

    assert tags(files, chart, ("release.yaml",)) == {("ghcr.io/acme/web", "9"), ("x/job", "3")}


def test_values_that_are_no_mapping_set_no_field():
    assert [list(leaves(each)) for each in (None, "text", [1], {})] == [[], [], [], []]
