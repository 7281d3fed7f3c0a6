"""Completion of commands, apps and environments, as the shells ask for it."""

import os
import shutil
import subprocess
import sys

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


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_with_the_script_that_is_shown(shop, tmp_path):
    program = tmp_path / "bin/promoter"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m promoter "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(promoter --show-completion bash)"\n'
        "COMP_WORDS=(promoter hold sh); COMP_CWORD=2\n"
        '_promoter_completion promoter; echo "${COMPREPLY[@]}"\n'
    )
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "SHELL": "/bin/bash",
    }
    ran = subprocess.run(
        ["bash", "-c", script], cwd=shop.path, env=environment, capture_output=True, text=True, check=False
    )

    assert ran.stdout.split() == ["shop"], ran.stderr
