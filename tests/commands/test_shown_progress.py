"""Progress of long work: what is told in a pipe, in GitHub Actions and on a terminal."""

import pytest

from promoter.cli import terminal


class Terminal:
    """A standard error that is a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def test_in_a_pipe_notes_are_told_once_and_steps_are_not(capsys, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    progress = terminal.progress()

    progress.step("rendering", 3)
    progress.advance()
    progress.note("no worker")
    progress.note("no worker")

    assert capsys.readouterr().err == "no worker\n"


def test_in_github_actions_each_step_is_a_line_with_its_count(capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    progress = terminal.progress()

    progress.step("rendering", 3)
    progress.step("reading")
    progress.advance(2)
    progress.note("no worker")
    progress.note("no worker")

    assert capsys.readouterr().err == "rendering (3)\nreading\nno worker\n"


@pytest.mark.parametrize(("name", "bar"), [("dumb", False), ("xterm", True)])
def test_a_terminal_that_can_shows_a_bar(name, bar, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("TERM", name)
    monkeypatch.setattr("sys.stderr", Terminal())

    assert isinstance(terminal.progress(), terminal.BarProgress) is bar


def test_a_bar_is_there_until_its_last_item_and_short_steps_show_none(monkeypatch):
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    progress = terminal.BarProgress()

    progress.step("looking", 1)
    progress.advance()
    assert shown.text == ""
    progress.step("rendering", 2)
    progress.advance()
    progress.note("no worker")
    progress.note("no worker")
    progress.advance()
    progress.advance()
    progress.finish()

    assert "rendering" in shown.text
    assert shown.text.count("no worker") == 1
