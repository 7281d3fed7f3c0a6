"""What the runner is told: nothing that a value holds can become a command of its own."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.action.runner import Runner, clamp
from promoter.errors import UsageError


def read_outputs(text):
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        if "<<" in line:
            name, _, delimiter = line.partition("<<")
            values = []
            for value in lines:
                if value == delimiter:
                    break
                values.append(value)
            found[name] = "\n".join(values)
    return found


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_an_output_comes_back_whole(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("out") / "output"
    runner = Runner(io.StringIO(), outputs=path)

    runner.output("first", value)
    runner.output("second", "x")

    assert read_outputs(path.read_bytes().decode()) == {"first": value, "second": "x"}


def test_without_files_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = io.StringIO()
    runner = Runner.of({}, log)

    runner.output("a", "b")
    runner.summarize("c")

    assert (list(tmp_path.iterdir()), log.getvalue()) == ([], "")


def test_a_line_of_the_log_is_no_command():
    log = io.StringIO()

    Runner(log).say("::error::x\nplain")

    assert log.getvalue() == "| ::error::x\nplain\n"


def test_the_summary_grows_up_to_what_github_shows(tmp_path):
    runner = Runner.of({"GITHUB_STEP_SUMMARY": str(tmp_path / "s")}, io.StringIO())

    runner.summarize("# one\n")
    runner.summarize("x\n" * 600_000)

    content = (tmp_path / "s").read_bytes()
    assert content.startswith(b"# one\nx\n")
    assert b"Cut here" in content
    assert len(content) <= 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>a</summary>\n\n```diff\n" + "+x\n" * 300 + "```\n</details>\n",
        "<details>\n<details>\n" + "y\n" * 500,
        "````\n```\n" + "z\n" * 500 + "````\n",
        "word " * 500,
    ],
)
def test_what_is_cut_closes_its_fences_and_folds(text):
    cut = clamp(text, 400)

    assert len(cut.encode()) <= 400
    assert cut.count("<details") == cut.count("</details>")
    fences = [line for line in cut.split("\n") if line.startswith("````")] or [
        line for line in cut.split("\n") if line.startswith("```")
    ]
    assert len(fences) % 2 == 0


def test_what_fits_is_not_touched():
    assert clamp("a\nb", 3) == "a\nb"


def test_an_output_that_holds_its_own_delimiter_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda _: "0" * 32)
    runner = Runner(io.StringIO(), outputs=tmp_path / "output")

    with pytest.raises(UsageError, match="holds its own delimiter"):
        runner.output("a", f"x promoter-{'0' * 32}")

    assert not (tmp_path / "output").exists()


def test_a_text_is_cut_between_lines_and_an_open_fence_is_closed():
    text = "<details>\n```text\n" + "line\n" * 200 + "```\n</details>\n"
    cut = clamp(text, 400)

    assert len(cut.encode()) <= 400
    assert cut.count("```") == 2
    assert cut.count("<details>") == cut.count("</details>")
    assert clamp(text, 10_000) == text
