"""Completion of commands, apps and environments, as the shells ask for it."""

import os
import select
import shutil
import subprocess
import sys
import time

import pytest


def asked(shop, shell, words):
    """What promoter answers to a shell that completes the last of these words."""
    line = " ".join(("promoter", *words))
    environment = {
        **os.environ,
        "_PROMOTER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line.replace(" ", "\n") if shell == "bash" else line,
        "COMP_CWORD": str(len(words)),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
    }
    ran = subprocess.run(
        [sys.executable, "-m", "promoter"],
        cwd=shop.path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("roll",), "rollback"),
        (("hold", "sh"), "shop"),
        (("history", "shop", "--in", "prod-"), "prod-us"),
        (("freeze", "stag"), "staging"),
        (("render", "stag"), "staging"),
        (("render", "staging", "--app", "sh"), "shop"),
    ],
)
def test_names_of_the_repository_are_offered(shop, shell, words, offered):
    assert offered in asked(shop, shell, words)


def test_outside_a_repository_nothing_is_offered_and_nothing_breaks(tmp_path, shop):
    shop.path = tmp_path

    assert "shop" not in asked(shop, "bash", ("hold", "sh"))


@pytest.fixture
def installed(tmp_path):
    """An environment in which the shells find a program `promoter`."""
    program = tmp_path / "bin/promoter"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m promoter "$@"\n')
    program.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TERM": "dumb",
    }


def needs(shell):
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@needs("bash")
def test_bash_completes_with_the_script_that_is_shown(shop, installed):
    script = (
        'eval "$(promoter --show-completion bash)"\n'
        "COMP_WORDS=(promoter hold sh); COMP_CWORD=2\n"
        '_promoter_completion promoter; echo "${COMPREPLY[@]}"\n'
    )
    environment = {**installed, "SHELL": "/bin/bash"}
    ran = subprocess.run(
        ["bash", "-c", script], cwd=shop.path, env=environment, capture_output=True, text=True, check=False
    )

    assert ran.stdout.split() == ["shop"], ran.stderr


@needs("fish")
@pytest.mark.parametrize(
    ("line", "offered"), [("promoter hold sh", "shop"), ("promoter freeze stag", "staging")]
)
def test_fish_completes_with_the_script_that_is_shown(shop, installed, line, offered):
    script = f'promoter --show-completion | source; complete -C "{line}"'
    ran = subprocess.run(
        ["fish", "--no-config", "-c", script],
        cwd=shop.path,
        env=installed,
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line.partition("\t")[0] for line in ran.stdout.splitlines()] == [offered], ran.stderr


@needs("zsh")
@pytest.mark.parametrize(
    ("line", "completed"),
    [("promoter hold sh", "promoter hold shop "), ("promoter freeze stag", "promoter freeze staging ")],
)
def test_zsh_completes_a_typed_line_with_the_script_that_is_shown(shop, installed, line, completed):
    setup = "autoload -Uz compinit; compinit -D -u; eval \"$(promoter --show-completion)\"; echo rea'dy'\n"

    seen = at_terminal(shop.path, installed, [(setup, "ready\r"), (f"{line}\t", completed)])

    assert completed in seen


def at_terminal(folder, environment, steps):
    """What an interactive zsh shows when each text is typed after what it waits for was shown."""
    import pty

    master, slave = pty.openpty()
    shell = subprocess.Popen(
        ["zsh", "-f", "-i"], cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    seen = ""
    try:
        for typed, awaited in steps:
            os.write(master, typed.encode())
            deadline = time.monotonic() + 60
            while awaited not in seen and time.monotonic() < deadline:
                if select.select([master], [], [], 1)[0]:
                    seen += os.read(master, 65536).decode(errors="replace")
    finally:
        shell.kill()
        shell.wait()
        os.close(master)
    return seen
