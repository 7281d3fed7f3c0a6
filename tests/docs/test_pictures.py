"""The pictures of the README are what promoter prints today."""

import re
import shutil
import struct
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r'(?:src|srcset)="(docs/pictures/[^"]+)"')


@pytest.fixture(scope="module")
def drawing():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import picture_story
        import pictures
    finally:
        sys.path.pop(0)
    return picture_story, pictures


@pytest.fixture(scope="module")
def story(drawing, tmp_path_factory):
    return drawing[0].tell(tmp_path_factory.mktemp("story"))


@pytest.mark.renderer
def test_the_pictures_are_what_the_code_makes_today(drawing, story):
    assert list(drawing[1].outdated(story)) == [], "run `make pictures`"


@pytest.mark.renderer
def test_the_pages_are_drawn_by_a_browser_and_not_blank(drawing, story):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("there is no chromium with its driver here (Debian: chromium, chromium-driver)")
    pictures = drawing[1]

    drawn = dict(pictures.photographs(pictures.pages(story)))

    assert drawn.keys() == {file.name for file in pictures.FOLDER.glob("*.png")}
    for name, png in drawn.items():
        kept = (pictures.FOLDER / name).read_bytes()
        assert _width(png) == _width(kept)
        assert len(png) > 20_000, f"{name} is blank or nearly so"
        assert len(kept) < 150_000


def test_the_readme_shows_every_picture_in_both_schemes_with_a_text_instead():
    readme = (ROOT / "README.md").read_text()
    shown = {ROOT / path for path in SHOWN.findall(readme)}
    images = re.findall(r"<img [^>]*>", readme)

    assert shown == {*ROOT.glob("docs/pictures/*.svg"), *ROOT.glob("docs/pictures/*.png")}
    assert [image for image in images if not re.search(r'alt="[^"]{20,}"', image)] == []


def _width(png):
    return struct.unpack(">II", png[16:24])[0]
