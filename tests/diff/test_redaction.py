import base64

import pytest

from promoter.diff import Options, Redactor, diff, secret_values

KEY = Redactor(b"one report")
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"
TOKEN = "ghp_" + "a1B2" * 9
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"


def test_a_changed_secret_value_shows_that_it_changed_and_nothing_else(rendered):
    before = rendered(SECRET + "stringData: {password: hunter2, user: me}")
    after = rendered(SECRET + "stringData: {password: hunter3, user: me}")

    (change,) = diff(before, after, Options(KEY)).changes

    (field,) = change.fields
    assert field.path == "stringData.password"
    assert field.before != field.after
    assert "hunter" not in repr(change)


def test_every_value_of_an_added_secret_is_hidden_and_its_keys_are_shown(rendered):
    (change,) = diff(rendered(""), rendered(SECRET + "data: {password: aHVudGVyMg==}")).changes

    body = change.fields[0].after
    assert body["data"] == {"password": "<redacted>"}
    assert body["metadata"] == {"name": "s"}


@pytest.mark.parametrize(
    "data", ["data: aHVudGVyMg==", "data: [aHVudGVyMg==]", "stringData: {a: {b: hunter2}}"]
)
def test_a_malformed_secret_shows_nothing(rendered, data):
    shown = repr(diff(rendered(""), rendered(SECRET + data)))

    assert "hunter2" not in shown
    assert "aHVudGVyMg" not in shown


def test_equal_values_look_equal_within_a_report_only():
    assert KEY.hidden("x") == KEY.hidden("x") != KEY.hidden("y")
    assert KEY.hidden("x") != Redactor(b"another report").hidden("x")
    assert Redactor.fresh().hidden("x") != Redactor.fresh().hidden("x")


def test_a_value_looks_equal_in_data_and_in_string_data():
    encoded = base64.b64encode(b"hunter2").decode()

    assert KEY.value("Secret", ("data", "p"), encoded) == KEY.value(
        "Secret", ("stringData", "p"), "hunter2"
    )


def test_the_copy_of_a_secret_in_its_last_applied_annotation_is_hidden(rendered):
    copy = "  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{data: hunter2}'}"
    text = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n{copy}\n"

    assert "hunter2" not in repr(diff(rendered(""), rendered(text)))


def test_a_secret_inside_a_list_is_hidden(rendered):
    text = "apiVersion: v1\nkind: List\nmetadata: {name: l}\nitems: [{kind: Secret, stringData: {p: %s}}]"

    assert "hunter" not in repr(diff(rendered(text % "hunter2"), rendered(text % "hunter3"), Options(KEY)))


@pytest.mark.parametrize(
    "planted",
    [PEM, TOKEN, "ENC[AES256_GCM,data:Zm9v,iv:x,tag:y,type:str]", "https://me:hunter2@example.com"],
)
def test_private_keys_tokens_and_ciphertext_are_hidden_in_any_object(rendered, planted):
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  note: |\n"
    text = config + "".join(f"    {line}\n" for line in f"before\n{planted}\nafter".split("\n"))

    (change,) = diff(rendered(""), rendered(text)).changes

    note = change.fields[0].after["data"]["note"]
    assert planted not in note
    assert "hunter2" not in note
    assert note.startswith("before\n")
    assert note.endswith("\nafter\n")


def test_a_private_key_that_was_cut_off_is_hidden_to_the_end():
    assert Redactor().text("error near -----BEGIN EC PRIVATE KEY-----\nMHcC") == "error near <redacted>"


def test_the_block_that_sops_writes_is_hidden(rendered):
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nsops: {mac: abcdef, lastmodified: x}"

    assert "abcdef" not in repr(diff(rendered(""), rendered(text)))


def test_known_secret_values_disappear_from_an_error_text(rendered):
    body = rendered(SECRET + "data: {password: aHVudGVyMg==}").objects[0].body

    text = Redactor().text("invalid: 'hunter2' (aHVudGVyMg==)", secret_values(body))

    assert text == "invalid: '<redacted>' (<redacted>)"
