"""What is asked of a registry, by real HTTP on loopback, and what comes of each of its answers."""

import socket

import pytest

from promoter.model import Image, Presence
from promoter.registry import registry_for
from promoter.registry.exchange import Exchange
from promoter.registry.http import HttpRegistry
from promoter.registry.login import Logins

SECRET = "pa55word-of-nobody"
LOGIN = ("robot", SECRET)


def image(registry, tag="1.4.2", digest=None):
    return Image(f"{registry.host}/acme/shop", tag, digest)


def test_an_image_that_was_pushed_is_there_with_its_digest(registry, asking):
    digest = registry.push("acme/shop", "1.4.2")

    found = asking().look(image(registry))

    assert (found.presence, found.digest) == (Presence.THERE, digest)
    assert [call.method for call in registry.calls] == ["HEAD"]


def test_an_image_is_asked_for_by_its_digest_where_it_has_one(registry, asking):
    digest = registry.push("acme/shop", "1.4.2")

    assert asking().look(image(registry, "9.9.9", digest)).is_there
    assert registry.calls[0].path == f"/v2/acme/shop/manifests/{digest}"


def test_every_type_of_manifest_is_accepted(registry, asking):
    registry.push("acme/shop", "1.4.2")

    asking().look(image(registry))

    accepted = registry.calls[0].headers["accept"]
    assert "application/vnd.oci.image.manifest.v1+json" in accepted
    assert "application/vnd.docker.distribution.manifest.list.v2+json" in accepted


def test_what_was_never_pushed_is_absent(registry, asking):
    found = asking().look(image(registry))

    assert found.presence is Presence.ABSENT
    assert f"{registry.host}/acme/shop has no 1.4.2" in found.reason


def test_each_image_is_asked_for_once(registry, asking):
    registry.push("acme/shop", "1.4.2")
    client = asking()

    assert client.look(image(registry)) == client.look(image(registry))

    assert len(registry.calls) == 1


def test_without_the_header_the_digest_is_that_of_the_manifests_bytes(registry, asking):
    digest = registry.push("acme/shop", "1.4.2")
    registry.says_digest = False

    assert asking().look(image(registry)).digest == digest
    assert [call.method for call in registry.calls] == ["HEAD", "GET"]


def test_a_registry_that_knows_no_head_is_asked_with_get(registry, asking):
    digest = registry.push("acme/shop", "1.4.2")
    registry.knows_head = registry.says_digest = False

    assert asking().look(image(registry)).digest == digest
    assert [call.method for call in registry.calls] == ["HEAD", "GET"]


def test_a_token_is_fetched_without_a_login_where_anybody_may_read(registry, asking):
    registry.guard = "bearer"
    registry.push("acme/shop", "1.4.2")

    assert asking().look(image(registry)).is_there
    token = registry.calls[1]
    assert token.query == {"service": "registry", "scope": "repository:acme/shop:pull"}
    assert token.signed == ""


def test_a_token_is_fetched_with_the_registrys_own_login(registry, asking):
    registry.guard, registry.login = "bearer", LOGIN
    registry.push("acme/shop", "1.4.2")

    assert asking(**{registry.host: LOGIN}).look(image(registry)).is_there
    assert [call.signed.partition(" ")[0] for call in registry.calls] == ["", "Basic", "Bearer"]


def test_a_token_serves_every_image_of_its_repository(registry, asking):
    registry.guard = "bearer"
    client = asking()
    for tag in ("1.4.2", "1.4.3"):
        registry.push("acme/shop", tag)
        assert client.look(image(registry, tag)).is_there

    assert [call.path for call in registry.calls].count("/token") == 1


def test_a_token_that_is_too_old_is_replaced(registry, asking):
    registry.guard = "bearer"
    client = asking()
    registry.push("acme/shop", "1.4.2")
    registry.push("acme/shop", "1.4.3")
    client.look(image(registry))
    challenge = f'Bearer realm="http://{registry.host}/token",service="registry"'
    registry.fault(401, at="1.4.3", WWW_Authenticate=challenge)

    assert client.look(image(registry, "1.4.3")).is_there


def test_a_password_is_given_to_a_registry_that_asks_for_one(registry, asking):
    registry.guard, registry.login = "basic", LOGIN
    registry.push("acme/shop", "1.4.2")

    assert asking(**{registry.host: LOGIN}).look(image(registry)).is_there


@pytest.mark.parametrize("guard", ["basic", "bearer"])
def test_without_a_login_a_private_registry_is_unknown_with_what_to_do(registry, asking, guard):
    registry.guard, registry.login = guard, LOGIN

    found = asking().look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert f"`docker login {registry.host}`" in found.reason


def test_a_login_that_is_not_let_in_is_unknown_and_never_shown(registry, asking):
    registry.guard, registry.login = "bearer", ("somebody", "else")

    found = asking(**{registry.host: LOGIN}).look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert "does not let our login read acme/shop" in found.reason
    assert SECRET not in repr(found)


def test_a_login_is_only_for_its_own_registry(registry, other, asking):
    registry.guard = other.guard = "bearer"
    registry.push("acme/shop", "1.4.2")

    asking(**{other.host: LOGIN}).look(image(registry))

    assert not any(call.signed.startswith("Basic") for call in registry.calls)


def test_another_server_gets_no_credentials_after_a_redirect(registry, other, asking):
    registry.guard, registry.login = "basic", LOGIN
    digest = other.push("acme/shop", "1.4.2")
    client = asking(**{registry.host: LOGIN, other.host: ("other", "other-secret")})
    elsewhere = f"http://{other.host}/v2/acme/shop/manifests/1.4.2"
    challenge = {"WWW_Authenticate": 'Basic realm="registry"'}
    registry.fault(401, **challenge)
    registry.fault(307, Location=elsewhere)

    found = client.look(image(registry))

    assert found.digest == digest
    assert registry.calls[1].signed.startswith("Basic")
    assert [call.signed for call in other.calls] == [""]


def test_another_server_that_asks_for_a_login_after_a_redirect_gets_none(registry, other, asking):
    other.guard, other.login = "bearer", LOGIN
    registry.fault(307, Location=f"http://{other.host}/v2/acme/shop/manifests/1.4.2")

    found = asking(**{registry.host: LOGIN, other.host: LOGIN}).look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert [call.path for call in other.calls] == ["/v2/acme/shop/manifests/1.4.2"]
    assert other.calls[0].signed == ""


def test_a_redirect_on_the_same_server_keeps_its_credentials(registry, asking):
    registry.guard, registry.login = "basic", LOGIN
    registry.push("acme/moved", "1.4.2")
    registry.fault(401, at="acme/shop", WWW_Authenticate='Basic realm="registry"')
    registry.fault(307, at="acme/shop", Location="/v2/acme/moved/manifests/1.4.2")

    assert asking(**{registry.host: LOGIN}).look(image(registry)).is_there


@pytest.mark.parametrize("place", ["http://registry.example/v2/", "ftp://127.0.0.1/x"])
def test_a_redirect_to_where_is_not_asked_is_unknown(registry, asking, place):
    registry.fault(302, Location=place)

    found = asking().look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert "which is not asked" in found.reason


@pytest.mark.parametrize("place", ["http://[", "//"])
def test_a_redirect_that_is_no_address_is_unknown(registry, asking, place):
    registry.fault(302, Location=place, times=9)

    assert asking().look(image(registry)).presence is Presence.UNKNOWN


def test_redirects_without_end_are_unknown(registry, asking):
    registry.fault(302, times=20, Location="/v2/acme/shop/manifests/1.4.2")

    assert "5 times in a row" in asking().look(image(registry)).reason
    assert len(registry.calls) == 5


def test_a_login_is_not_sent_over_plain_http_to_a_token_server(registry, asking):
    registry.guard, registry.realm = "bearer", "http://token.example/token"

    found = asking(**{registry.host: LOGIN}).look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert "not https" in found.reason
    assert len(registry.calls) == 1


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (429, "answers too many requests (429); try again in 30 seconds"),
        (500, "answered 500"),
        (503, "answered 503"),
        (403, "wants a login"),
        (418, "answered 418"),
    ],
)
def test_an_answer_that_says_nothing_of_the_image_is_unknown(registry, asking, status, told):
    registry.fault(status, Retry_After="30")

    found = asking().look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert told in found.reason


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (200, b"<html>"), (200, b'{"token": 7}'), (200, b"[]")]
)
def test_a_token_server_that_gives_no_token_is_unknown(registry, asking, status, body):
    registry.guard = "bearer"
    registry.fault(status, at="/token")
    registry.faults[-1][1].body = body

    found = asking().look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert "gives no token" in found.reason


def test_an_answer_that_is_larger_than_a_token_can_be_is_not_read_to_its_end(registry, asking):
    registry.guard = "bearer"
    registry.fault(200, at="/token")
    registry.faults[-1][1].body = b" " * (1 << 20) + b'{"token": "x"}'

    found = asking().look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert "sent more than 1048576 bytes" in found.reason


def test_a_registry_that_is_too_slow_is_unknown(registry, asking):
    registry.fault(0, pause=1.0)

    found = asking(seconds=0.2).look(image(registry))

    assert found.presence is Presence.UNKNOWN
    assert "did not answer within 0.2 seconds" in found.reason


def test_a_registry_that_does_not_listen_is_unknown(asking):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        name = f"127.0.0.1:{unused.getsockname()[1]}/acme/shop"

        found = asking().look(Image(name, "1.4.2"))

    assert found.presence is Presence.UNKNOWN
    assert "could not be reached" in found.reason


def test_a_server_that_breaks_off_or_speaks_something_else_is_unknown(asking):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        from threading import Thread

        def hang_up():
            connection, _ = listening.accept()
            connection.sendall(b"SSH-2.0-OpenSSH\r\n")
            connection.close()

        thread = Thread(target=hang_up)
        thread.start()
        found = asking().look(Image(f"127.0.0.1:{listening.getsockname()[1]}/acme/shop", "1.4.2"))
        thread.join()

    assert "could not be reached" in found.reason


@pytest.mark.parametrize("name", ["chart#/image", "policy#flux-system:shop", "acme/UPPER", ""])
def test_a_name_that_is_no_repository_is_unknown_and_nobody_is_asked(asking, name, monkeypatch):
    monkeypatch.setattr(Exchange, "send", lambda *_, **__: pytest.fail("a registry was asked"))

    found = asking().look(Image(name, "1.4.2"))

    assert found.presence is Presence.UNKNOWN
    assert "names no repository" in found.reason


@pytest.mark.parametrize(
    "name", [f"{'a' * 64}.example/shop", "127.0.0.1:99999/shop", "[::1/shop", "a..b/shop"]
)
def test_a_host_that_cannot_be_is_unknown(asking, name):
    assert asking().look(Image(name, "1.4.2")).presence is Presence.UNKNOWN


def test_the_netrc_file_is_never_used(registry, asking, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login robot password {SECRET}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    registry.push("acme/shop", "1.4.2")

    asking().look(image(registry))

    assert registry.calls[0].signed == ""


def test_this_machine_is_never_asked_through_a_proxy(registry, other, asking, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://{other.host}")
    monkeypatch.delenv("no_proxy", raising=False)
    registry.push("acme/shop", "1.4.2")

    assert asking().look(image(registry)).is_there
    assert other.calls == []


def test_a_configuration_that_asks_no_registry_makes_no_connection(registry):
    asked = registry_for("off", {})

    assert asked.look(image(registry)).presence is Presence.UNKNOWN
    assert "verify: { exists: off }" in asked.look(image(registry)).reason
    assert registry.calls == []


def test_the_logins_of_docker_are_found_where_its_variable_says(registry, tmp_path):
    (tmp_path / "config.json").write_text(
        f'{{"auths": {{"{registry.host}": {{"username": "robot", "password": "{SECRET}"}}}}}}'
    )
    registry.guard, registry.login = "basic", LOGIN
    registry.push("acme/shop", "1.4.2")
    asked = registry_for("require", {"DOCKER_CONFIG": str(tmp_path), "HOME": "/nowhere"})
    try:
        assert asked.look(image(registry)).is_there
    finally:
        asked.close()


def test_no_connection_stays_open_after_closing(registry):
    registry.push("acme/shop", "1.4.2")
    client = HttpRegistry(Logins())
    client.look(image(registry))

    client.close()

    assert client.look(image(registry)).is_there
