import pytest

from promoter.diff import DEFAULT_FILTERS, Filter, Options, diff
from promoter.errors import UsageError

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {helm.sh/chart: web-1, app.kubernetes.io/version: "1"}
spec:
  replicas: 1
  template:
    metadata:
      annotations: {checksum/config: aaa}
"""
CONFIG = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"


def changed(rendered, before, after, **options):
    found = diff(rendered(before), rendered(after), Options(**options))
    return [field.path for change in found.changes for field in change.fields], found.filtered


def test_chart_labels_are_hidden_and_counted(rendered):
    after = WEB.replace("web-1", "web-2").replace('"1"', '"2"')

    assert changed(rendered, WEB, after) == ([], 2)


def test_a_filtered_field_does_not_hide_another_field_of_the_object(rendered):
    after = WEB.replace("web-1", "web-2").replace("replicas: 1", "replicas: 2")

    assert changed(rendered, WEB, after) == (["spec.replicas"], 1)


def test_a_checksum_is_shown_when_nothing_else_explains_it(rendered):
    paths, filtered = changed(rendered, WEB, WEB.replace("aaa", "bbb"))

    assert (paths, filtered) == (['spec.template.metadata.annotations["checksum/config"]'], 0)


def test_a_checksum_is_hidden_when_its_source_is_shown(rendered):
    after = (WEB + CONFIG).replace("aaa", "bbb").replace("a: b", "a: c")

    assert changed(rendered, WEB + CONFIG, after) == (["data.a"], 1)


def test_a_label_inside_a_selector_is_never_noise(rendered):
    before = WEB.replace("replicas: 1", "selector: {matchLabels: {helm.sh/chart: web-1}}")

    paths, _ = changed(rendered, before, before.replace("chart: web-1}}", "chart: web-2}}"))

    assert paths == ['spec.selector.matchLabels["helm.sh/chart"]']


def test_without_filters_everything_is_shown(rendered):
    paths, filtered = changed(rendered, WEB, WEB.replace("web-1", "web-2"), filters=())

    assert (paths, filtered) == (['metadata.labels["helm.sh/chart"]'], 0)


@pytest.mark.parametrize(
    "text",
    ["spec.replicas", "Deployment:spec.replicas", "Deployment/w*:spec.replicas", "D*:spec.*", "spec"],
)
def test_a_filter_of_the_user_hides_and_counts(rendered, text):
    after = WEB.replace("replicas: 1", "replicas: 2")

    assert changed(rendered, WEB, after, filters=(*DEFAULT_FILTERS, Filter.parse(text))) == ([], 1)


@pytest.mark.parametrize("text", ["Service:spec.replicas", "Deployment/api:spec", "spec.rep", "replicas"])
def test_a_filter_that_does_not_fit_hides_nothing(rendered, text):
    after = WEB.replace("replicas: 1", "replicas: 2")

    assert changed(rendered, WEB, after, filters=(Filter.parse(text),)) == (["spec.replicas"], 0)


def test_a_filter_never_hides_that_an_object_came_or_went(rendered):
    paths, filtered = changed(rendered, WEB, WEB + CONFIG, filters=(Filter.parse("*"),))

    assert (paths, filtered) == ([""], 0)


@pytest.mark.parametrize("text", ["", "Deployment:", "Deployment/web:"])
def test_a_filter_without_a_path_is_refused(text):
    with pytest.raises(UsageError, match=r"expected \[KIND"):
        Filter.parse(text)
