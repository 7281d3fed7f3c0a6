"""References of container images: parsing, comparing, and what is none."""

import pytest

from promoter.images.reference import answers_to, normalised, parse, same, split_version
from promoter.model import Image

DIGEST = "sha256:" + "ab" * 32

REFERENCES = [
    ("nginx", Image("nginx")),
    ("nginx:1.27", Image("nginx", "1.27")),
    ("library/nginx:1", Image("library/nginx", "1")),
    ("ghcr.io/acme/shop:1.4.2", Image("ghcr.io/acme/shop", "1.4.2")),
    ("localhost/shop:1", Image("localhost/shop", "1")),
    ("localhost:5000/shop", Image("localhost:5000/shop")),
    ("host:5000/a/b", Image("host:5000/a/b")),
    ("host:5000/a/b:1.0", Image("host:5000/a/b", "1.0")),
    (f"host:5000/a/b:1.0@{DIGEST}", Image("host:5000/a/b", "1.0", DIGEST)),
    (f"nginx@{DIGEST}", Image("nginx", None, DIGEST)),
    ("[::1]:5000/a:1", Image("[::1]:5000/a", "1")),
    ("a__b/c.d-e:v_1", Image("a__b/c.d-e", "v_1")),
    ("nginx:" + "a" * 128, Image("nginx", "a" * 128)),
]


@pytest.mark.parametrize(("text", "image"), REFERENCES)
def test_parses_and_prints_back(text, image):
    assert parse(text) == image
    assert str(image) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":1",
        "Nginx:1",
        "nginx:",
        "nginx:a b",
        "nginx:-1",
        "nginx@sha256:12",
        "a//b:1",
        "${IMAGE}:1",
        "https://x/y:1",
        "{{ .image }}:1",
        "nginx:" + "a" * 129,
        "-a/b:1",
        "nginx:1@",
    ],
)
def test_what_is_no_reference_gives_none(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("nginx", "index.docker.io/library/nginx"),
        ("nginx", "docker.io/nginx"),
        ("acme/shop", "docker.io/acme/shop"),
        ("GHCR.io/acme/shop", "ghcr.io/acme/shop"),
    ],
)
def test_spellings_of_one_repository_are_the_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme/app", "acme/app-worker"),
        ("docker.io/acme/app", "eu.docker.io/acme/app"),
        ("ghcr.io/nginx", "ghcr.io/library/nginx"),
        ("quay.io/acme/app", "quayxio/acme/app"),
    ],
)
def test_different_repositories_are_not_the_same(one, other):
    assert not same(one, other)


def test_a_placeholder_is_compared_as_written():
    assert normalised("ko://github.com/acme/shop") == "ko://github.com/acme/shop"


@pytest.mark.parametrize(("asked", "meant"), [("shop", True), ("acme/shop", True), ("hop", False)])
def test_the_last_parts_of_a_name_mean_it(asked, meant):
    assert answers_to("ghcr.io/acme/shop", asked) is meant


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1.4.2", ("1.4.2", None)),
        (DIGEST, (None, DIGEST)),
        (f"@{DIGEST}", (None, DIGEST)),
        (f"v1@{DIGEST}", ("v1", DIGEST)),
        ("a b", (None, None)),
        ("v1@sha256:short", (None, None)),
        ("", (None, None)),
    ],
)
def test_a_version_is_a_tag_a_digest_or_both(text, parts):
    assert split_version(text) == parts
