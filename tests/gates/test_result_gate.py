"""The gate on a promotion's result: only errors count, and only those that were not there before."""

from promoter.gates import GateState, Verdict, lint_gate
from promoter.gates.result import new_errors
from promoter.model import Finding, Location, ObjectKey, Severity

SHOP = ObjectKey("apps", "Deployment", "shop", "shop")


def finding(code="IMG001", severity=Severity.ERROR, message="said", path="a.yaml", key=SHOP, field="image"):
    return Finding(code, "name", severity, message, Location(path, 3, 5), ("prod",), key, field)


def test_an_error_that_was_none_before_is_new():
    assert new_errors([], [finding()]) == (finding(),)


def test_an_error_whose_words_or_place_change_with_the_version_is_known():
    before = finding(message="ghcr.io/acme/shop:abc is from another registry", path="base.yaml")
    after = finding(message="ghcr.io/acme/shop:def is from another registry", path="overlay.yaml")
    assert new_errors([before], [after]) == ()


def test_the_same_rule_at_another_field_or_object_is_new():
    other_field = finding(field="initContainers")
    other_object = finding(key=ObjectKey("apps", "Deployment", "shop", "cart"))
    assert new_errors([finding()], [other_field, other_object]) == (other_field, other_object)


def test_without_an_object_the_file_tells_findings_apart():
    before, after = (finding(key=None, path=path, field="") for path in ("a.yaml", "b.yaml"))
    assert new_errors([before], [before, after]) == (after,)


def test_what_was_a_warning_before_and_is_an_error_now_is_new():
    assert new_errors([finding(severity=Severity.WARNING)], [finding()]) == (finding(),)


def test_warnings_and_notes_never_count():
    assert new_errors([], [finding(severity=each) for each in (Severity.WARNING, Severity.NOTE)]) == ()


def test_without_new_errors_the_gate_is_open():
    assert lint_gate([]) == Verdict("lint", GateState.ALLOWED, "no new errors")


def test_a_refusal_names_rule_and_place():
    verdict = lint_gate([finding()])
    assert verdict.gate == "lint"
    assert verdict.state is GateState.REFUSED
    assert verdict.reason == "1 new error: a.yaml:3:5 IMG001 said"


def test_of_many_errors_three_are_told_and_the_rest_counted():
    reason = lint_gate([finding(message=f"number {n}") for n in range(5)]).reason
    assert reason.startswith("5 new errors: a.yaml:3:5 IMG001 number 0; ")
    assert reason.endswith("number 2; and 2 more")


def test_three_errors_are_all_told_and_nothing_is_left_to_count():
    told = "; ".join(f"a.yaml:3:5 IMG001 number {n}" for n in range(3))

    assert lint_gate([finding(message=f"number {n}") for n in range(3)]).reason == f"3 new errors: {told}"
    assert lint_gate([finding(), finding()]).reason.startswith("2 new errors: ")
