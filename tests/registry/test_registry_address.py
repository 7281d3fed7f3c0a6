"""Where images are asked for, and who may be asked over plain http."""

import pytest

from promoter.model import Image
from promoter.registry.address import address_of, is_loopback, is_safe


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("nginx", "https://registry-1.docker.io/v2/library/nginx/manifests/1.27"),
        ("docker.io/nginx", "https://registry-1.docker.io/v2/library/nginx/manifests/1.27"),
        ("index.docker.io/acme/shop", "https://registry-1.docker.io/v2/acme/shop/manifests/1.27"),
        ("ghcr.io/acme/team/shop", "https://ghcr.io/v2/acme/team/shop/manifests/1.27"),
        ("registry.example:5000/shop", "https://registry.example:5000/v2/shop/manifests/1.27"),
        ("localhost:5000/shop", "http://localhost:5000/v2/shop/manifests/1.27"),
        ("[::1]:5000/shop", "http://[::1]:5000/v2/shop/manifests/1.27"),
        ("127.0.0.9/shop", "http://127.0.0.9/v2/shop/manifests/1.27"),
        ("10.0.0.9:5000/shop", "https://10.0.0.9:5000/v2/shop/manifests/1.27"),
    ],
)
def test_an_image_is_asked_for_at_its_registry(name, url):
    found = address_of(Image(name, "1.27"))

    assert found is not None
    assert found.manifest == url


def test_docker_hub_keeps_its_logins_under_one_name():
    assert {address_of(Image(name, "1")).registry for name in ("nginx", "index.docker.io/a/b")} == {
        "docker.io"
    }


@pytest.mark.parametrize("image", [Image("shop"), Image("Shop Image", "1"), Image("chart#/image", "1")])
def test_what_has_no_version_or_is_no_name_has_no_address(image):
    assert address_of(image) is None


@pytest.mark.parametrize(
    "url", ["http://localhost.example/", "http://128.0.0.1/", "http://0.0.0.0/", "http://[/"]
)
def test_only_this_machine_is_loopback(url):
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("url", "origin", "safe"),
    [
        ("https://auth.example/token", "https://registry.example/v2/", True),
        ("http://auth.example/token", "https://registry.example/v2/", False),
        ("http://127.0.0.1/token", "https://registry.example/v2/", False),
        ("https://localhost/token", "https://registry.example/v2/", False),
        ("http://127.0.0.1/token", "http://127.0.0.1:5000/v2/", True),
        ("file:///etc/passwd", "http://127.0.0.1:5000/v2/", False),
        ("", "https://registry.example/v2/", False),
        ("http://[", "https://registry.example/v2/", False),
    ],
)
def test_a_registry_may_name_https_addresses_and_this_machine_itself_only(url, origin, safe):
    assert is_safe(url, origin) is safe
