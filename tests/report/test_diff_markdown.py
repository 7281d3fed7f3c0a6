import re

import pytest

from promoter.diff import diff
from promoter.diff.comparison import Comparison, DiffReport
from promoter.model import Change, ChangeKind, Diff, FieldChange, Location, ObjectKey, RenderFailure, Risk
from promoter.report.diff.markdown import LIMIT, failure, render

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: %s}\n"
WEB = ObjectKey("apps", "Deployment", "shop", "web")


def changed(*fields, risks=(), key=WEB):
    return Diff((Change(ChangeKind.CHANGED, key, tuple(fields), risks=tuple(risks)),))


def replicas(before, after):
    return FieldChange("spec.replicas", before, after)


def fences(markdown):
    """Every code fence with its content; fails when one is not closed."""
    found, opened, content = [], None, []
    for line in markdown.split("\n"):
        marks = re.match(r"`{3,}", line)
        if opened is None and marks:
            opened, content = marks.group(), []
        elif opened is not None and line == opened:
            found.append(content)
            opened = None
        elif opened is not None:
            content.append(line)
    assert opened is None
    return found


GOLDEN = """\
### promoter diff: `main` → `work tree`

2 of 3 compared builds differ: 2 changed; 7 more are not affected. Risks: **1 high**.

| Environment | App | Objects | Risks | Why |
| --- | --- | --- | --- | --- |
| `prod` | `shop` | ~1 | **host-removed** | reads base/web.yaml |
| `dev` | `shop` | ~1 |  |  |

<details><summary>prod · shop <code>~1</code></summary>

```diff
# reads base/web.yaml
@@ ~ Deployment.apps/shop/web @@
! high host-removed: host a → (none)
- spec.replicas: 5
+ spec.replicas: 2
```

</details>

<details><summary>dev · shop <code>~1</code></summary>

```diff
@@ ~ Deployment.apps/shop/web @@
- spec.replicas: 3
+ spec.replicas: 2
```

</details>
"""


def test_the_summary_table_comes_first_and_the_riskiest_section_before_the_others():
    risk = Risk("host-removed", "host a → (none)", "high")
    report = DiffReport(
        "main",
        "work tree",
        (
            Comparison("dev", "shop", "d", diff=changed(replicas(3, 2))),
            Comparison("staging", "shop", "s"),
            Comparison(
                "prod", "shop", "p", ("reads base/web.yaml",), changed(replicas(5, 2), risks=[risk])
            ),
        ),
        untouched=7,
    )

    assert render(report) == GOLDEN


def test_equal_changes_are_shown_once_and_name_every_environment():
    comparisons = tuple(Comparison(f"env{n}", "shop", "", diff=changed(replicas(3, 2))) for n in range(5))

    text = render(DiffReport("a", "b", comparisons))

    (section,) = fences(text)
    assert section[0] == "# the same in 5: " + ", ".join(f"env{n} · shop" for n in range(5))


def test_a_change_of_four_hundred_overlays_stays_under_the_limit_and_names_them_all():
    names = [f"cluster-{n:03}-production" for n in range(400)]
    comparisons = tuple(
        Comparison(
            name,
            f"application-{n % 40}",
            f"clusters/{name}/overlays",
            ("reads components/shared/kustomization.yaml, components/shared/patch.yaml",),
            changed(
                FieldChange(
                    "spec.template.spec.containers[name=web].env[name=A].value", f"{n}" * 300, "x" * 500
                ),
                risks=[Risk("replicas-dropped", f"{n} → 0")],
            ),
        )
        for n, name in enumerate(names)
    )

    text = render(
        DiffReport("main", "work tree", comparisons), rest="[the artifact](https://example.com/x)"
    )

    assert len(text) <= LIMIT
    assert [name for name in names if f"`{name}`" not in text] == []
    assert "[the artifact](https://example.com/x)" in text
    assert fences(text)


def test_more_environments_than_there_is_room_to_name_are_counted():
    comparisons = tuple(
        Comparison(f"environment-with-a-long-name-{n}" * 3, "shop", "", diff=changed(replicas(n, 0)))
        for n in range(2_000)
    )

    text = render(DiffReport("a", "b", comparisons))

    assert len(text) <= LIMIT
    unnamed = int(re.search(r"(\d+) more builds are not named above", text).group(1))
    assert (
        sum(f"environment-with-a-long-name-{n}" * 3 + "`" in text for n in range(2_000)) == 2_000 - unnamed
    )
    assert "run `promoter diff` for everything" in text


@pytest.mark.parametrize("limit", [1_000, 2_000, 3_000, 5_000, 10_000])
def test_a_long_section_is_cut_inside_its_fence_with_the_lines_counted(limit):
    body = {"data": {f"key-{n}": "value" for n in range(3_000)}}
    added = Diff((Change(ChangeKind.ADDED, WEB, (FieldChange("", None, body, before_present=False),)),))

    text = render(DiffReport("a", "b", (Comparison("prod", "shop", "", diff=added),)), limit=limit)

    assert len(text) <= limit
    for section in fences(text):
        assert re.fullmatch(r"# … \d+ more lines", section[-1])
    assert "cut or left out here" in text


def test_a_fence_inside_a_value_does_not_end_the_section():
    field = FieldChange("data.note", "a", "b\n```\n</details>\n````\nc")

    text = render(DiffReport("a", "b", (Comparison("prod", "shop", "", diff=changed(field)),)))

    (section,) = fences(text)
    assert "+ ````" in section


def test_names_and_messages_cannot_ping_link_or_open_tags():
    hostile = "@everyone <img src=x> [a](b) | `x`"
    failed = RenderFailure("p", "failed", hostile, Location("k.yaml"))
    report = DiffReport(
        hostile,
        hostile,
        (
            Comparison(hostile, hostile, "", (hostile,), changed(replicas(1, 2))),
            Comparison("prod", "shop", "", (hostile,), failures=(("after", failed),)),
        ),
        notes=(hostile,),
    )

    text = render(report)
    outside = re.sub(r"(?s)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)

    assert "@everyone" not in outside
    assert "<img" not in outside
    assert "](b)" not in outside.replace("\\](b)", "")


def test_nothing_affected_is_said_in_a_short_body():
    assert render(DiffReport("main", "work tree", ())) == (
        "### promoter diff: `main` → `work tree`\n\n"
        "Nothing that is deployed reads what differs between main and work tree.\n"
    )


def test_a_side_that_does_not_render_is_named_in_table_and_section():
    failed = RenderFailure("p", "failed", "no such file\nx.yaml", Location("p/kustomization.yaml", 3))

    text = render(DiffReport("a", "b", (Comparison("prod", "shop", "p", failures=(("after", failed),)),)))

    assert "| **after does not render** |" in text
    assert fences(text) == [
        ["! after does not render (failed): p/kustomization.yaml:3:1: no such file", "x.yaml"]
    ]


@pytest.mark.parametrize("size", [10, 100_000])
def test_an_error_has_a_body_under_the_limit_with_its_fence_closed(size):
    text = failure("cannot read ```this```\n" + "line\n" * size)

    assert len(text) <= LIMIT
    assert len(fences(text)) == 1


def test_no_change_of_seven_thousand_builds_is_short():
    comparisons = tuple(Comparison(f"e{n}", "shop", "") for n in range(7_000))

    assert len(render(DiffReport("a", "b", comparisons))) < 300


def test_drift_has_a_column_of_its_own(rendered):
    found = diff(rendered(CONFIG % "x"), rendered(CONFIG % "y"))
    report = DiffReport(
        "staging", "prod", (Comparison("staging → prod", "shop", "", diff=found),), is_drift=True
    )

    assert "| `staging → prod` | `shop` | ~1 | 1 config |  |" in render(report)
