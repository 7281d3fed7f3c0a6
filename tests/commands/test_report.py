from html import unescape


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
