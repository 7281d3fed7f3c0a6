"""The action from event to pull request, on a GitHub with real git behind it."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.renderer
STAGING = "promote/shop/staging"
DEV = "apps/shop/overlays/dev/kustomization.yaml"


def test_a_push_opens_the_pull_request_and_the_next_run_writes_nothing(actions):
    actions.bump("dev", "1.10")

    ran = actions.push()

    assert ran.code == 0, ran.log
    assert actions.opened() == {STAGING: 1}
    assert ran.outputs["pull-request-number"] == "1"
    assert actions.version("staging", STAGING) == "1.10"
    actions.server.calls.clear()
    again = actions.schedule()
    assert again.code == 0, again.log
    assert [(call.method, call.path) for call in actions.server.writes()] == []


def test_from_a_bump_of_dev_to_a_rollback_of_prod_and_back(actions, later):
    world, repo = actions.server.world, actions.repo
    issue = world.ticket(repo, "oncall", "prod is slow").number

    actions.bump("dev", "1.10")
    actions.push()
    assert "1.10" in repo.tickets[actions.opened()[STAGING]].body
    actions.schedule()
    assert actions.version("staging") == "1.9", "lint has not reported yet"
    actions.check(STAGING)
    actions.schedule()
    assert actions.version("staging") == "1.10"
    assert [each.environment for each in repo.deployments] == ["staging"]
    assert actions.opened() == {}, "prod soaks"

    later(hours=25)
    actions.schedule()
    assert set(actions.opened()) == {"promote/shop/prod-eu", "promote/shop/prod-us"}
    assert actions.version("prod-eu") == "1.9", "prod lands by hand"
    for branch in sorted(actions.opened()):
        actions.merge(branch)
    assert (actions.version("prod-eu"), actions.version("prod-us")) == ("1.10", "1.10")

    ran, comment = actions.comment(issue, "oncall", '/rollback shop in prod because "500s on checkout"')
    assert ran.code == 0, ran.log
    assert [reaction[2] for reaction in comment.reactions] == ["eyes", "rocket"]
    assert (actions.version("prod-eu"), actions.version("prod-us")) == ("1.9", "1.9"), reply(actions, issue)
    assert "500s on checkout" in repo.run("show", "main:.promoter/holds/prod-eu/shop.yaml")
    assert "Promoter-Requested-By: oncall" in repo.run("log", "--format=%B", "-8", "main")
    assert actions.version("staging") == "1.10"

    actions.schedule()
    assert actions.opened() == {}, "held"
    for words in ("/unskip shop@1.10", "/release shop in prod"):
        ran, comment = actions.comment(issue, "oncall", words)
        assert comment.reactions[-1][2] == "rocket", repo.tickets[issue].comments[-1].body
    actions.schedule()
    assert set(actions.opened()) == {"promote/shop/prod-eu", "promote/shop/prod-us"}
    assert actions.version("prod-eu", "promote/shop/prod-eu") == "1.10"


def reply(actions, number):
    return actions.repo.tickets[number].comments[-1].body


@pytest.fixture
def issue(actions):
    """An issue, in a repository whose dev is ahead by a version."""
    actions.bump("dev", "1.10")
    return actions.server.world.ticket(actions.repo, "dev", "a question").number


@pytest.mark.parametrize(
    ("login", "text", "reaction", "said"),
    [
        ("dev", "/promote shop@1.10 to staging", "rocket", "#2"),
        ("dev", "/promote shop@1.9 to staging", "+1", "Nothing to do"),
        (
            "dev",
            "/promote shop@1.10 to prod",
            "-1",
            "dev may not promote in prod-eu: it takes team:acme/sre",
        ),
        ("dev", "/promote shop@1.10 to staging --dry-run", "rocket", "1.9 → 1.10"),
        ("dev", "/promote shpo to staging", "confused", "did you mean 'shop'"),
        ("dev", "/promote shop to stagin", "confused", "did you mean 'staging'"),
        ("dev", "/promot shop to staging", "confused", "did you mean `/promote`?"),
        ("dev", "/promote", "confused", "without an app works on a promotion's pull request"),
        ("dev", "/override soak because x", "confused", "works on a promotion's pull request"),
        ("dev", "/rollback shop in staging because x", "-1", "was refused"),
        ("dev", "/hold shop in staging because x", "rocket", "hold(shop): staging"),
        ("dev", "/freeze staging because x", "rocket", "freeze: staging"),
        ("dev", "/freeze prod because x", "-1", "no rule of access lets anybody freeze in prod-eu"),
        ("oncall", "/hold shop in prod", "rocket", "hold(shop): prod"),
        ("dev", "/skip shop@2.0 because x", "-1", "no rule of access lets anybody skip in prod-eu"),
        ("dev", "/status", "rocket", "prod-eu"),
        ("dev", "/status in staging", "rocket", "staging"),
        ("dev", "/diff shop from dev to staging", "rocket", "promoter diff"),
        ("dev", "/help", "rocket", "/rollback APP in ENV"),
        ("reader", "/promote shop@1.10 to staging", "-1", None),
        ("stranger", "/status", "-1", None),
        ("stranger", "/promot", "-1", None),
    ],
)
def test_a_comment_is_answered(actions, issue, login, text, reaction, said):
    actions.server.world.user(login)

    ran, comment = actions.comment(issue, login, text)

    assert ran.code == 0, ran.log
    assert comment.reactions[-1][2] == reaction, reply(actions, issue)
    if said is None:
        assert len(actions.repo.tickets[issue].comments) == 1
    else:
        assert said in reply(actions, issue)
        assert len(actions.repo.tickets[issue].comments) == 2


@pytest.mark.parametrize(
    "text", ["shipped", "> /promote shop to staging", "```\n/promote shop to staging\n```"]
)
def test_a_comment_that_says_nothing_to_us_costs_no_write(actions, issue, text):
    actions.comment(issue, "dev", text)

    assert actions.server.writes() == []


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_only_a_new_comment_counts(actions, issue, action):
    made = actions.server.world.comment(actions.repo, issue, "dev", "/promote shop@1.10 to staging")

    actions.answer(issue, made, action=action)

    assert actions.server.writes() == []


def test_a_bot_is_not_obeyed(actions, issue):
    actions.server.world.user("helper", "Bot")
    made = actions.server.world.comment(actions.repo, issue, "helper", "/promote shop@1.10 to staging")

    actions.answer(issue, made)

    assert actions.server.writes() == []


def test_a_run_that_is_repeated_does_not_answer_again(actions, issue):
    _, made = actions.comment(issue, "dev", "/promote shop@1.10 to staging")
    actions.merge(STAGING)
    actions.server.calls.clear()

    actions.answer(issue, made)

    assert actions.server.writes() == []
    assert actions.opened() == {}


def test_a_team_that_the_token_cannot_see_is_no_membership(actions, issue):
    rights = {"contents": "write", "issues": "write", "pull_requests": "write", "metadata": "read"}
    actions.server.world.token("ghs_blind", "promoter[bot]", rights, bot=True)
    actions.token = "ghs_blind"

    _, comment = actions.comment(issue, "oncall", '/rollback shop in prod because "x"')

    assert comment.reactions[-1][2] == "-1"
    assert "cannot check whether oncall belongs to team:acme/sre" in reply(actions, issue)


def pull(actions, branch, changes, login="dev"):
    actions.repo.run("update-ref", f"refs/heads/{branch}", actions.repo.branch("main"))
    actions.server.world.commit(actions.repo, changes, "Change", branch)
    ticket = actions.server.world.ticket(actions.repo, login, "A change", "please")
    ticket.head, ticket.base, ticket.head_repo = branch, "main", actions.repo.full
    ticket.head_sha, ticket.base_sha = actions.repo.branch(branch), actions.repo.branch("main")
    return ticket.number


def test_a_command_on_a_request_that_changes_the_configuration_is_refused(actions):
    text = actions.repo.run("show", "main:promoter.yaml").replace("team:acme/sre", "permission:write")
    number = pull(actions, "grab", {"promoter.yaml": text + "\n"})

    _, comment = actions.comment(number, "dev", "/promote shop@1.10 to prod")

    assert comment.reactions[-1][2] == "-1"
    assert "this pull request changes promoter.yaml" in reply(actions, number)


def test_the_configuration_of_a_pull_request_does_not_count(actions):
    text = actions.repo.run("show", "main:promoter.yaml") + "\nnonsense: true\n"
    number = pull(actions, "broken", {"promoter.yaml": text})

    ran = actions.pull_request(number)

    assert ran.code == 0, ran.log


def test_a_pull_request_gets_findings_and_one_comment_with_the_diff(actions):
    text = actions.repo.run("show", "main:apps/shop/overlays/prod-eu/kustomization.yaml")
    changes = {"apps/shop/overlays/prod-eu/kustomization.yaml": text.replace("count: 3", "count: 1") + "\n"}
    number = pull(actions, "scale", changes)

    ran = actions.pull_request(number)
    actions.pull_request(number)

    (comment,) = actions.repo.tickets[number].comments
    assert "prod-eu" in comment.body
    assert "replicas" in comment.body
    assert ran.outputs["changed"] == "prod-eu"
    assert Path(ran.outputs["report-file"]).read_text().startswith("<!doctype html>")
    assert '"runs"' in Path(ran.outputs["sarif-file"]).read_text()
    assert "promoter diff" in ran.summary


def test_a_pull_request_that_changes_nothing_rendered_gets_no_comment(actions):
    number = pull(actions, "docs", {"README.md": "hello\n"})

    ran = actions.pull_request(number)

    assert ran.code == 0, ran.log
    assert actions.server.writes() == []
    assert ran.outputs["changed"] == ""


def test_a_pull_request_from_a_fork_gets_the_summary_and_no_call_at_all(actions):
    text = actions.repo.run("show", "main:apps/shop/overlays/prod-eu/kustomization.yaml")
    changes = {"apps/shop/overlays/prod-eu/kustomization.yaml": text.replace("count: 3", "count: 1") + "\n"}
    number = pull(actions, "scale", changes)
    fork = actions.server.world.repo("mallory/gitops")
    fork.run("fetch", "-q", str(actions.repo.git), "refs/heads/scale:refs/heads/scale")
    actions.repo.tickets[number].head_repo = fork.full
    actions.server.calls.clear()

    ran = actions.pull_request(number)

    assert ran.code == 0, ran.log
    assert "replicas" in ran.summary
    assert [call for call in actions.server.calls if not call.path.endswith(("/info/refs", "-pack"))] == []


def test_a_finding_fails_the_check_and_is_shown_beside_its_line(actions):
    text = actions.repo.run("show", "main:apps/shop/overlays/dev/kustomization.yaml").replace(
        '"1.9"', "1.10"
    )
    number = pull(actions, "tag", {"apps/shop/overlays/dev/kustomization.yaml": text + "\n"})

    ran = actions.pull_request(number)

    assert ran.code == 1, ran.log
    assert "::error file=apps/shop/overlays/dev/kustomization.yaml,line=" in ran.log
    assert int(ran.outputs["findings"]) >= 1
    assert ran.outputs["outcome"] == "found"


def test_a_build_that_a_change_breaks_fails_the_check_whatever_findings_may_do(actions):
    prod = "apps/shop/overlays/prod-eu/kustomization.yaml"
    text = actions.repo.run("show", f"main:{prod}").replace("../../base", "../../gone")
    number = pull(actions, "break", {prod: text + "\n"})

    ran = actions.pull_request(number, fail_on="never")

    assert ran.code == 1, ran.log
    assert ran.outputs["findings"] == "0"
    assert "gone" in ran.summary


def test_overtaken_and_turned_down(actions):
    actions.bump("dev", "1.10")
    actions.push()
    first = actions.opened()[STAGING]
    actions.bump("dev", "1.11")
    actions.push()
    assert actions.opened() == {STAGING: first}
    assert actions.version("staging", STAGING) == "1.11"

    ticket = actions.repo.tickets[first]
    ticket.state = "closed"
    actions.schedule()
    assert actions.opened() == {}, "a person closed it, so it is not proposed again"

    actions.bump("dev", "1.12")
    actions.schedule()
    assert set(actions.opened()) == {STAGING}


def test_a_bare_promote_goes_on_from_a_merged_promotion(actions, issue):
    actions.comment(issue, "oncall", "/promote shop@1.10 to staging")
    number = actions.opened()[STAGING]
    actions.merge(STAGING)

    _, comment = actions.comment(number, "oncall", "/promote")

    assert comment.reactions[-1][2] == "-1"
    assert "soak" in reply(actions, number)


def test_a_version_that_somebody_named_stays_that_version(actions, issue):
    actions.comment(issue, "dev", '/promote shop@1.10 to staging because "tested"')
    number = actions.opened()[STAGING]
    actions.server.calls.clear()
    actions.schedule()
    assert actions.server.writes() == []

    actions.bump("dev", "1.11")
    actions.schedule()

    assert actions.opened() == {STAGING: number}
    assert actions.version("staging", STAGING) == "1.10"


def test_an_override_opens_the_gate_on_its_own_pull_request(actions, issue, later):
    actions.comment(issue, "oncall", "/promote shop@1.10 to staging")
    actions.merge(STAGING)
    later(hours=25)
    actions.schedule()
    number = actions.opened()["promote/shop/prod-eu"]

    _, comment = actions.comment(number, "oncall", '/override soak because "incident 12"')

    assert comment.reactions[-1][2] == "rocket", reply(actions, number)
    assert "Promoter-Override: soak" in actions.repo.tickets[number].body
    assert "incident 12" in actions.repo.tickets[number].body
    actions.server.calls.clear()
    actions.schedule()
    assert actions.server.writes() == []


def test_a_head_that_was_pushed_after_the_comment_is_not_acted_on(actions, issue):
    actions.comment(issue, "dev", "/promote shop@1.10 to staging")
    number = actions.opened()[STAGING]
    made = actions.server.world.comment(actions.repo, number, "dev", "/retry")
    made.created = made.updated = "2020-01-01T00:00:00Z"

    actions.answer(number, made)

    assert made.reactions[-1][2] == "-1"
    assert "was pushed to after you asked" in reply(actions, number)


def test_a_manual_run_promotes(actions, issue):
    ran = actions.run(
        "workflow_dispatch",
        {"inputs": {}, "sender": {"login": "dev"}},
        command="promote",
        app="shop@1.10",
        environment="staging",
        because="asked",
    )

    assert ran.code == 0, ran.log
    assert actions.opened() == {STAGING: 2}
    assert "Promoter-Requested-By: dev" in actions.repo.tickets[2].body


@pytest.mark.parametrize(
    ("name", "inputs", "said"),
    [
        ("pull_request_target", {}, "does not run on pull_request_target"),
        ("watch", {}, "nothing to do for the event watch"),
        ("push", {"command": "recncile"}, "did you mean 'reconcile'"),
        ("workflow_dispatch", {"command": "promote"}, "in which environment"),
        ("workflow_dispatch", {"command": "rollback", "environment": "prod"}, "which app"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_summary(actions, name, inputs, said):
    body = {
        "pull_request": {
            "number": 1,
            "head": {"sha": "a", "repo": {"full_name": "acme/gitops"}},
            "base": {"sha": "b"},
        }
    }

    ran = actions.run(name, body, **inputs)

    assert ran.code == 2
    assert said in ran.log
    assert said in ran.summary


def test_drift_tells_the_state_of_everything(actions):
    ran = actions.schedule(command="drift")

    assert ran.code == 0, ran.log
    assert "promoter status" in ran.summary
    assert "staging and prod-eu" in ran.summary


def test_labels_of_issues_can_be_configured(actions):
    text = actions.repo.run("show", f"main:{DEV}")
    rules = actions.repo.run("show", "main:promoter.yaml")
    labels = "lint: { issue_labels: { error: [bug, p1] } }\n"
    changes = {DEV: text.replace('"1.9"', "1.10") + "\n", "promoter.yaml": f"{rules}\n{labels}"}
    actions.server.world.commit(actions.repo, changes, "Break")

    ran = actions.schedule(command="drift", open_issues="true")

    assert ran.code == 0, ran.log
    assert any(set(ticket.labels) == {"promoter", "bug", "p1"} for ticket in actions.repo.tickets.values())


def test_findings_become_issues_and_go_when_they_are_gone(actions):
    text = actions.repo.run("show", "main:apps/shop/overlays/dev/kustomization.yaml")
    actions.server.world.commit(
        actions.repo,
        {"apps/shop/overlays/dev/kustomization.yaml": text.replace('"1.9"', "1.10") + "\n"},
        "Break",
    )
    actions.schedule(command="drift", open_issues="true")
    opened = [ticket for ticket in actions.repo.tickets.values() if ticket.state == "open"]
    assert opened
    assert any({"promoter", "priority/high", "due/1-week"} == set(ticket.labels) for ticket in opened)
    actions.server.calls.clear()
    actions.schedule(command="drift", open_issues="true")
    assert actions.server.writes() == []

    actions.server.world.commit(
        actions.repo, {"apps/shop/overlays/dev/kustomization.yaml": text + "\n"}, "Mend"
    )
    actions.schedule(command="drift", open_issues="true")
    mended = [ticket for ticket in opened if "dev/kustomization" in ticket.title]
    assert {ticket.state for ticket in mended} == {"closed"}


def test_a_deleted_branch_is_a_no_until_the_version_changes(actions, issue):
    actions.push()
    actions.repo.run("update-ref", "-d", f"refs/heads/{STAGING}")

    assert actions.schedule().code == 0
    assert actions.opened() == {}

    actions.bump("dev", "1.11")
    actions.schedule()
    assert set(actions.opened()) == {STAGING}


def test_a_base_that_was_pushed_by_force_is_followed(actions, issue):
    actions.push()
    tree = actions.repo.run("rev-parse", "main^{tree}")
    env = actions.server.world.signature("Dev", "dev@example.org")
    begun = actions.repo.run("commit-tree", tree, "-m", "Begin anew", env=env)
    actions.repo.run("update-ref", "refs/heads/main", begun)

    ran = actions.schedule()

    assert ran.code == 0, ran.log
    assert actions.repo.run("rev-parse", f"{STAGING}^") == begun
    assert actions.opened() == {STAGING: 2}


def test_a_renamed_repository_is_followed(actions, issue):
    actions.server.world.renamed["acme/old"] = actions.repo.full
    actions.extra["GITHUB_REPOSITORY"] = "acme/old"

    ran = actions.push()

    assert ran.code == 0, ran.log
    assert actions.opened() == {STAGING: 2}


def test_a_token_without_a_right_is_told_which(actions, issue):
    rights = {"contents": "write", "pull_requests": "read", "metadata": "read"}
    actions.server.world.token("ghs_weak", "promoter[bot]", rights, bot=True)
    actions.token = "ghs_weak"

    ran = actions.push()

    assert "pull_requests: write" in ran.log + ran.summary


@pytest.mark.parametrize("content", ["", "{", "[]", '{"comment": 1}'])
def test_an_event_file_that_is_not_one_is_named(actions, issue, content, tmp_path):
    path = tmp_path / "event"
    path.write_text(content)
    actions.extra["GITHUB_EVENT_PATH"] = str(path)

    ran = actions.run("issue_comment", {})

    assert ran.code == 2
    assert "the event file" in ran.log
    assert actions.server.writes() == []


@pytest.mark.parametrize(("text", "reaction"), [("/plan", "rocket"), ("/retry", "rocket")])
def test_commands_about_the_pull_request_they_stand_on(actions, issue, text, reaction):
    actions.push()
    number = actions.opened()[STAGING]

    ran, comment = actions.comment(number, "dev", text)

    assert ran.code == 0, ran.log
    assert comment.reactions[-1][2] == reaction, reply(actions, number)
    assert "1.9 → 1.10" in reply(actions, number)


def test_with_a_prefix_the_bare_word_belongs_to_another_bot(actions, issue):
    actions.extra["PROMOTER_PREFIX"] = "/gitops"

    actions.comment(issue, "dev", "/hold shop in staging")
    assert actions.server.writes() == []

    _, comment = actions.comment(issue, "dev", "/gitops hold shop in staging")
    assert comment.reactions[-1][2] == "rocket"
