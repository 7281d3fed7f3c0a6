import pytest

from promoter.deployables.builds.substitute import substitute

VARIABLES = {"v": "hello world", "path": "a/b/c.txt", "empty": "", "n": "3"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x ${v} y", "x hello world y"),
        ("$v", "$v"),
        ("$${v}", "${v}"),
        ("${gone}", ""),
        ("${gone:-d}${empty:-d}${empty-d}${gone-d}", "ddd"),
        ("${gone:=d}${empty=d}", "d"),
        ("${gone:=${v}}", "hello world"),
        ("${gone:-a}b}", "ab}"),
        ("${#v}", "11"),
        ("${v^^} ${v^} ${v,,}", "HELLO WORLD Hello world hello world"),
        ("${v:6}", "world"),
        ("${v:0:5}", "hello"),
        ("${v:0:-6}", "hello"),
        ("${v/o/0} ${v//o/0}", "hell0 world hell0 w0rld"),
        ("${v/#hello/bye} ${v/%world/all}", "bye world hello all"),
        ("${path##*/} ${path#*/}", "c.txt b/c.txt"),
        ("${path%/*} ${path%%/*}", "a/b a"),
        ("${v+x} ${v:?x}", "${v+x} ${v:?x}"),
        ("${1a} ${a-b.c", "${1a} ${a-b.c"),
        ("${ARGOCD_APP_NAME}", ""),
        ("${v\n} ${v}", "${v\n} hello world"),
        ("${#v:1}", "${#v:1}"),
        ("${v/o} ${v//} ${v/}", "${v/o} ${v//} ${v/}"),
        ("${v/#x/bye} ${v/%x/all}", "hello world hello world"),
        ("${v: -5} ${v:x}", "world ${v:x}"),
        ("${v#x} ${v%x}", "hello world hello world"),
    ],
)
def test_each_form_gives_what_flux_gives(text: str, expected: str) -> None:
    assert substitute(text, VARIABLES) == expected


def test_unknown_variables_stay_while_a_source_is_unknown() -> None:
    assert substitute("${v} ${gone:-d}", {"v": "1"}, complete=False) == "1 ${gone:-d}"
