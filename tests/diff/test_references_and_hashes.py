"""What an object refers to and is reached under, and the hash of what a generator made."""

import pytest

from promoter.diff.generated import content_hash
from promoter.diff.known import known_secrets
from promoter.diff.lists import align
from promoter.diff.reach import mappings, texts
from promoter.diff.redaction import Redactor
from promoter.diff.risks.context import hosts
from promoter.kustomize import Graph
from promoter.model import KubeObject, ObjectKey, Snapshot


@pytest.mark.parametrize(
    ("kind", "spec", "names"),
    [
        ("Ingress", {"rules": [{"host": "a.b"}, {"http": {}}, "x"]}, {"a.b"}),
        ("HTTPRoute", {"hostnames": ["a.b", "c.d"]}, {"a.b", "c.d"}),
        ("TLSRoute", {"hostnames": "a.b"}, set()),
        ("VirtualService", {"hosts": ["a.b"]}, {"a.b"}),
        ("Route", {"host": "a.b"}, {"a.b"}),
        ("Route", {}, set()),
        ("Service", {"host": "a.b"}, set()),
    ],
)
def test_an_object_is_reached_under_the_hosts_that_its_kind_names(kind, spec, names):
    assert hosts({"kind": kind, "spec": spec}) == names


def of_kind(kind, **body):
    return KubeObject(ObjectKey("", kind, "n", "a"), {"kind": kind, **body})


def test_every_part_of_a_configuration_is_in_its_hash():
    hashes = {
        content_hash(of_kind("ConfigMap", data={"a": "1"})),
        content_hash(of_kind("ConfigMap", data={"a": "1"}, binaryData={"b": "MQ=="})),
        content_hash(of_kind("Secret", data={"a": "1"})),
        content_hash(of_kind("Secret", data={"a": "1"}, type="Opaque")),
        content_hash(of_kind("Secret", data={"a": "1"}, type="Opaque", stringData={"b": "2"})),
    }
    assert len(hashes) == 5
    assert all(len(each) == 10 for each in hashes)


def test_a_hidden_value_keeps_its_shape_and_what_is_no_text():
    body = {"kind": "Secret", "stringData": {"a": None, "b": ["hunter22"], "c": {"d": "hunter22"}}}
    hidden = Redactor().value("Secret", (), body)
    assert hidden["stringData"]["a"] is None
    assert "hunter22" not in str(hidden)
    assert isinstance(hidden["stringData"]["b"], list)


def test_lists_that_are_too_long_to_compare_are_replaced_as_a_whole():
    before = [f"a{number}" for number in range(5_000)]
    after = [f"b{number}" for number in range(5_001)]
    found = align("args", before, after)
    assert max(each.after for each in found.pairs if each.after is not None) == 5_000


def test_what_is_no_list_has_no_items():
    assert list(mappings({"a": "text"}, "a")) == []
    assert list(mappings({"a": ["text", {"b": 1}]}, "a")) == [{"b": 1}]
    assert texts({"a": {"b": 1}}, "a") == ()
    assert texts({"a": ["text", 1]}, "a") == ("text",)


KUSTOMIZATION = """\
secretGenerator:
- name: a
  literals: ["token='literal-value'"]
  envs: [a.env]
  env: b.env
  files: [key=key.pem, whole.txt, ../../out, gone.txt]
patches:
- patch: '[{op: add, path: /data/x, value: patched-value}]'
  target: {kind: Secret}
- patch: '[{op: add, path: /data/x, value: of-a-map}]'
  target: {kind: ConfigMap}
- patch: 'stringData: [broken-secret'
"""


def test_every_way_a_secret_comes_into_a_build_is_known():
    tree = {
        "app/kustomization.yaml": KUSTOMIZATION,
        "app/a.env": "one=env-value\nbare\n",
        "app/b.env": "two=second-env\n",
        "app/key.pem": "first-line\nsecond-line\n",
        "app/whole.txt": "whole-file",
    }
    graph = Graph(Snapshot.of({path: text.encode() for path, text in tree.items()}))
    found = known_secrets(graph, "app")
    assert found >= {
        "literal-value", "env-value", "bare", "second-env", "first-line", "second-line", "whole-file",
        "patched-value", "broken-secret",
    }  # fmt: skip
    assert "of-a-map" not in found


def test_of_a_file_that_does_not_parse_every_long_word_may_be_a_secret():
    tree = {
        "app/kustomization.yaml": "resources: [s.yaml]\n",
        "app/s.yaml": "kind: Secret\ndata: {a: c2VjcmV0dg==\n",
    }
    graph = Graph(Snapshot.of({path: text.encode() for path, text in tree.items()}))
    assert "c2VjcmV0dg==" in known_secrets(graph, "app")
