"""Which fixes are applied in one pass: of those that overlap the first."""

from promoter.lint.fixing import choose, mark
from promoter.model import Edit, Finding, Fix, Location, Severity


def finding(path: str, start: int, end: int, *, safe: bool = True) -> Finding:
    fix = Fix("mend", (Edit(path, start, end, "x"),), safe=safe)
    return Finding("KUS003", "unknown-field", Severity.ERROR, f"{start}", Location(path, 1), fix=fix)


ONE, BESIDE, OVER, ELSEWHERE = (
    finding(path, start, end)
    for path, start, end in (("a.yaml", 0, 4), ("a.yaml", 4, 8), ("a.yaml", 2, 6), ("b.yaml", 2, 6))
)


def test_the_same_span_of_two_files_does_not_overlap() -> None:
    assert choose([ONE, ELSEWHERE], unsafe=False).findings == (ONE, ELSEWHERE)


def test_of_two_that_overlap_the_second_waits() -> None:
    chosen = choose([ONE, OVER, BESIDE], unsafe=False)
    assert chosen.findings == (ONE, BESIDE)
    assert [edit.start for edit in chosen.edits] == [0, 4]


def test_what_is_unsafe_or_was_refused_is_left() -> None:
    risky = finding("c.yaml", 0, 1, safe=False)
    assert choose([risky, ONE], unsafe=False, refused=frozenset({mark(ONE)})).findings == ()
    assert choose([risky], unsafe=True).findings == (risky,)
