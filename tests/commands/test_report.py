from html import unescape

from git_work import Work

from promoter.cli.demo_tree import tree


def test_the_report_is_one_page_with_versions_past_drift_and_changes(shop, promoter):
    shop.commit_files(
        {
            "apps/shop/overlays/dev/kustomization.yaml": shop.overlay("dev")
            .read_text()
            .replace("1.10", "1.11")
        },
        "Take 1.11",
    )
    path = shop.overlay("prod-eu")
    path.write_text(
        path.read_text().replace("namespace: shop", "namespace: shop\ncommonAnnotations: {a: b}")
    )

    ran = promoter("report")

    assert ran.code == 0
    assert ran.out.startswith("<!doctype html>")
    text = unescape(ran.out)
    for said in ("1.11", "behind dev", "Timeline", "Drift: dev → staging", "metadata.annotations"):
        assert said in text


def test_the_report_is_written_to_a_file(shop, promoter, tmp_path):
    file = tmp_path / "report.html"

    ran = promoter("report", "--output", str(file))

    assert (ran.code, ran.out) == (0, "")
    assert file.read_text().startswith("<!doctype html>")


def test_a_report_before_the_first_commit_has_no_past(shop, promoter, tmp_path):
    work = Work(tmp_path / "new")
    work.path.mkdir()
    work.git("init", "--quiet", "--initial-branch=main")
    for path, text in tree().items():
        work.write(path, text)

    ran = promoter("-C", str(work.path), "report")

    assert ran.code == 0, ran.err
    assert "ghcr.io/acme/shop" in ran.out
