from promoter.diff.assemble import Built, compared, with_handovers
from promoter.diff.comparison import State
from promoter.diff.selection import Selected
from promoter.model import ChangeKind, Deployable, Location, RenderFailure

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"


def built(before, after, app="shop"):
    each = Deployable("argocd", "Application", app, app, "prod", f"{app}/prod", Location("apps.yaml"))
    return Built(Selected(each, each, ("reads x",)), before, after)


def test_a_side_that_is_not_deployed_is_empty(rendered):
    new, gone = compared(built(None, rendered(CONFIG))), compared(built(rendered(CONFIG), None))

    assert [change.kind for each in (new, gone) for change in each.diff.changes] == [
        ChangeKind.ADDED,
        ChangeKind.REMOVED,
    ]


def test_a_side_that_did_not_render_is_a_failure_and_never_a_deletion(rendered):
    result = compared(built(rendered(CONFIG), RenderFailure("shop/prod", "failed", "no such file")))

    assert result.state is State.FAILED
    assert not result.diff
    assert [(side, failure.message) for side, failure in result.failures] == [("after", "no such file")]


def test_the_message_of_a_failure_holds_no_private_key():
    message = "bad data: -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"

    result = compared(built(None, RenderFailure("shop/prod", "failed", message)))

    assert result.failures[0][1].message == "bad data: <redacted>"


def test_an_object_that_goes_to_another_app_is_told_on_both_sides(rendered):
    gone = compared(built(rendered(CONFIG), rendered(""), app="one"))
    came = compared(built(rendered(""), rendered(CONFIG), app="two"))

    one, two = with_handovers([gone, came])

    assert one.diff.changes[0].notes == ("now part of prod · two",)
    assert two.diff.changes[0].notes == ("was part of prod · one",)


def test_one_cause_on_both_sides_is_told_once():
    failed = RenderFailure("shop/prod", "refused", "remote base")

    assert compared(built(failed, failed)).failures == (("both", failed),)
    assert len(compared(built(failed, RenderFailure("shop/prod", "failed", "other"))).failures) == 2
