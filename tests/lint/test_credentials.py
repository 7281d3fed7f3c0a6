import pytest

from promoter.lint.credentials import (
    credential_in,
    credentials_in,
    is_pointer,
    is_random,
    names_credential,
    random_in,
)


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "password", "apiKey", "client-secret", "AZURE_BATCH_KEY", "SECRET_BLAH", "authToken"],
)
def test_names_that_say_credential(name: str) -> None:
    assert names_credential(name)


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD_FILE",
        "TOKEN_URL",
        "secretName",
        "KEYBOARD",
        "PASSWORD_MIN_LENGTH",
        "TOKEN_TTL",
        "monkey",
        "PUBLIC_KEY",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not names_credential(name)


@pytest.mark.parametrize(
    "value", ["", "$(A)", "${A}", "/run/secrets/a", "{{ a }}", "true", "8080", "ENC[x]", "<path:a#b>"]
)
def test_values_that_only_point_to_one(value: str) -> None:
    assert is_pointer(value)


@pytest.mark.parametrize("value", ["hunter2", "postgres://a:b@c/d", "correct horse"])
def test_values_that_do_not(value: str) -> None:
    assert not is_pointer(value)


def test_known_forms_are_named_and_not_quoted() -> None:
    assert credential_in("x AKIAIOSFODNN7EXAMPLE y") == "an AWS access key"
    assert credential_in("https://a:b@example.com") == "a password in an address"
    assert credential_in("nothing") == ""


def test_a_file_is_searched_more_strictly_than_a_value() -> None:
    assert (
        list(credentials_in("a: -----BEGIN PRIVATE KEY-----\nb: https://user:password@example.com")) == []
    )
    assert list(credentials_in("a: https://user:s3cr3t@example.com")) == [
        (3, 34, "a password in an address")
    ]


@pytest.mark.parametrize(
    "value", ["q7Lm2ZxV9tRb4KsW8yPd", "9f86d081884c7d659a2feaa0c55ad015", "9F86D081884C7D65" * 2]
)
def test_values_that_look_drawn_by_chance(value: str) -> None:
    assert is_random(value)


@pytest.mark.parametrize(
    "value",
    [
        "shopFrontendDatabasePassword2",
        "shop-frontend-2-database-password",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "9f86d081884c7d65",
        "00000000000000000000000000000000",
        "aBcDeFgHiJkLmNoPqRsT",
    ],
)
def test_values_that_do_not_look_drawn_by_chance(value: str) -> None:
    assert not is_random(value)


def test_a_random_value_is_found_by_the_name_of_its_setting() -> None:
    text = "a: 1\nadminPassword: 'q7Lm2ZxV9tRb4KsW8yPd' # once\nimage: q7Lm2ZxV9tRb4KsW8yPd\n"
    assert list(random_in(text)) == [(21, 41, "adminPassword")]
