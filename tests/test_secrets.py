"""Planted secrets, and every command in every format, on success and on failure: none may show one."""

import base64
import sys

import pytest
from git_work import Work

from promoter.cli import run
from promoter.cli.demo_tree import tree

PASSWORD = "correct-horse-battery-staple"
GENERATED = "tr0ub4dor-and-three"
FROM_FILE = "ninety-nine-red-balloons"
TOKEN = "ghp_" + "aB3dE5fG7h" * 4
KEY_BODY = "MIIEowIBAAKCAQEAplantedprivatekeybody"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n-----END RSA PRIVATE KEY-----\n"
PLANTED = (PASSWORD, GENERATED, FROM_FILE, TOKEN, KEY_BODY)
NEEDLES = (*PLANTED, *(base64.b64encode(each.encode()).decode().rstrip("=") for each in PLANTED))

SECRET = f"""apiVersion: v1
kind: Secret
metadata: {{name: login}}
stringData: {{password: {PASSWORD}, token: {TOKEN}}}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: keys}\ndata:\n  key.pem: |\n" + "".join(
    f"    {line}\n" for line in PEM.splitlines()
)
DEV = "apps/shop/overlays/dev"
BROKEN = {
    "a Secret that does not parse": {"secret.yaml": SECRET + f"  oops: {PASSWORD}\n"},
    "a Secret without a name": {"secret.yaml": SECRET.replace("{name: login}", "{}")},
    "a Secret twice": {"secret.yaml": f"{SECRET}---\n{SECRET}"},
    "a patch that does not parse": {"patch": f"[{{op: nonsense, path: /stringData, value: {PASSWORD}}}]"},
    "a patch of another Secret": {"patch": SECRET.replace("login", "other")},
    "a literal without a key": {"literal": GENERATED},
    "a Secret of the wrong shape": {
        "secret.yaml": SECRET.replace("stringData: {", f"stringData: [{PASSWORD}, {{") + "]"
    },
    "a base that is not there": {"base": "../../bass"},
    "a remote base with a password": {"base": f"https://me:{TOKEN}@example.test/x.git//y?ref=1"},
}


def overlay(text, *, patch="", literal=f"password={GENERATED}", base="../../base"):
    """The demonstration's overlay with a Secret, a key, generators and maybe something broken."""
    text = text.replace("../../base", f"{base}\n  - secret.yaml\n  - keys.yaml")
    text += (
        f"secretGenerator:\n  - name: made\n    literals: ['{literal}']\n    files: [tls.key, words.txt]\n"
    )
    if patch:
        text += "patches:\n  - patch: |-\n" + "".join(f"      {line}\n" for line in patch.splitlines())
    return text


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path / "cache"))
    repository = Work(tmp_path / "shop")
    repository.path.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    files = tree()
    path = f"{DEV}/kustomization.yaml"
    files[path] = overlay(files[path].replace("newTag: 1.10", 'newTag: "1.10"'))
    files |= {
        f"{DEV}/secret.yaml": SECRET,
        f"{DEV}/keys.yaml": CONFIG,
        f"{DEV}/tls.key": PEM,
        f"{DEV}/words.txt": f"{FROM_FILE}\n",
    }
    repository.commit_files(files, "Begin")
    repository.git("remote", "add", "origin", f"https://bot:{TOKEN}@example.test/acme/shop.git")
    return repository


@pytest.fixture
def told(shop, capsys, monkeypatch):
    """Everything that a command writes: both streams, and files outside the work tree's sources."""

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["promoter", "-C", str(shop.path), *arguments])
        capsys.readouterr()
        code = run()
        captured = capsys.readouterr()
        assert code != 4, captured.err
        written = [file.read_text(errors="replace") for file in _requests(shop)]
        return "\n".join((captured.out, captured.err, *written))

    return command


def _requests(shop):
    """The pull requests that the local forge keeps as files beside git's own."""
    return [file for file in (shop.path / ".git").rglob("*.md") if file.is_file()]


COMMANDS = [
    *(("diff", "--format", name) for name in ("text", "json", "markdown", "html")),
    ("diff", "--side-by-side"),
    *(("diff", "dev", "staging", "--format", name) for name in ("text", "json", "markdown", "html")),
    ("report",),
    *(("lint", "--format", name) for name in ("text", "json", "sarif", "github", "junit", "markdown")),
    ("lint", "--fix"),
    *(("status", "--format", name) for name in ("text", "json")),
    *(("history", "shop", "--format", name) for name in ("text", "json")),
    *(
        ("promote", "shop", "--from", "dev", "--to", "staging", "--dry-run", "--format", name)
        for name in ("text", "json")
    ),
    *(("promote", "shop@2.0", "--to", "dev", "--dry-run", "--format", name) for name in ("text", "json")),
    ("promote", "shop@2.0", "--to", "dev"),
    ("promote", "shop@2.0", "--to", "dev", "--write", "--unproven"),
    ("rollback", "shop", "--in", "dev", "--to", "0.9", "--dry-run"),
    ("reconcile",),
    ("reconcile", "--format", "json"),
    ("config", "check"),
    ("init", "--force"),
    ("--version", "--verbose"),
]


def change(shop, number):
    """Other values of every planted secret, so that a diff has something to hide."""
    for name in ("secret.yaml", "keys.yaml", "tls.key", "words.txt", "kustomization.yaml"):
        file = shop.path / DEV / name
        text = file.read_text()
        for value in PLANTED:
            text = text.replace(value, value + str(number))
        file.write_text(text)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_shows_a_planted_secret(shop, told, arguments):
    change(shop, 2)

    output = told(*arguments)

    assert [needle for needle in NEEDLES if needle in output] == []


def break_it(shop, broken):
    path = shop.path / DEV / "kustomization.yaml"
    if "secret.yaml" in broken:
        (shop.path / DEV / "secret.yaml").write_text(broken["secret.yaml"])
    else:
        original = tree()[f"{DEV}/kustomization.yaml"].replace("newTag: 1.10", 'newTag: "1.10"')
        path.write_text(overlay(original, **broken))


@pytest.mark.parametrize("what", BROKEN)
def test_no_failure_shows_a_planted_secret(shop, told, what):
    break_it(shop, BROKEN[what])
    shop.git("commit", "--quiet", "--all", "--message", "Break it")
    shop.write(f"{DEV}/words.txt", f"{FROM_FILE}2\n")

    output = "\n".join(
        told(*arguments)
        for arguments in (
            ("diff",),
            ("diff", "HEAD~1", "HEAD"),
            ("diff", "HEAD~1", "HEAD", "--format", "json"),
            ("diff", "HEAD~1", "HEAD", "--format", "markdown"),
            ("diff", "HEAD~1", "HEAD", "--format", "html"),
            ("diff", "dev", "staging"),
            ("report",),
            ("lint",),
            ("lint", "--format", "json"),
            ("promote", "shop@2.0", "--to", "dev", "--dry-run"),
            ("reconcile",),
        )
    )

    assert [needle for needle in NEEDLES if needle in output] == []


def test_the_needles_would_be_found_if_something_showed_them(shop):
    change(shop, 2)
    sources = "".join(
        (shop.path / DEV / name).read_text() for name in ("secret.yaml", "keys.yaml", "words.txt")
    )

    assert all(each in sources for each in (PASSWORD, TOKEN, KEY_BODY, FROM_FILE))
