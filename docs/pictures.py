"""Draws the pictures of the README from what promoter prints: `python docs/pictures.py --write`.

Terminals become SVG, the same bytes everywhere; HTML pages and a pull request's body become PNG by a
headless Chromium, whose fonts differ, so that the digest of the page's source is what is compared.
Without `--write` it says which pictures are not what the code makes today.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import io
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from picture_story import Story, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selenium.webdriver import Chrome

FOLDER = Path(__file__).parent / "pictures"
DIGESTS = FOLDER / "sources.sha256"
SCHEMES = ("light", "dark")
SIZES = {"diff": (1400, 780), "report": (1400, 780), "pull-request": (900, 1200)}

_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_SVG = f"""\
<svg viewBox="0 0 {{width}} {{height}}" xmlns="http://www.w3.org/2000/svg">
<style>
.{{unique_id}}-matrix {{{{ font: {{char_height}}px/{{line_height}}px {_FONT}; }}}}
.{{unique_id}}-title {{{{ font: bold 18px sans-serif; }}}}
{{styles}}
</style>
<defs>
<clipPath id="{{unique_id}}-clip-terminal">
<rect x="0" y="0" width="{{terminal_width}}" height="{{terminal_height}}" />
</clipPath>
{{lines}}
</defs>
{{chrome}}
<g transform="translate({{terminal_x}}, {{terminal_y}})" clip-path="url(#{{unique_id}}-clip-terminal)">
{{backgrounds}}
<g class="{{unique_id}}-matrix">
{{matrix}}
</g>
</g>
</svg>
"""
_BODY = """\
<!doctype html><meta charset="utf-8"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: light-dark(#d1d9e0, #3d444d);
  --quiet: light-dark(#f6f8fa, #151b23);
  --muted: light-dark(#59636e, #9198a1); --back: light-dark(#fff, #0d1117);
  --text: light-dark(#1f2328, #f0f6fc); }}
body {{ margin: 0; padding: 24px 28px; background: var(--back); color: var(--text);
  font: 15px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, "DejaVu Sans", sans-serif; }}
h1 {{ font-size: 26px; font-weight: 400; margin: 0 0 8px; }}
h1 span, .says {{ color: var(--muted); }}
.state {{ background: #1f883d; color: #fff; border-radius: 2em; padding: 4px 12px; font-size: 14px; }}
.says {{ font-size: 14px; margin: 0 0 20px; }}
article {{ border: 1px solid var(--line); border-radius: 6px; padding: 16px; }}
table {{ border-collapse: collapse; margin: 0 0 16px; font-size: 14px; }}
th, td {{ border: 1px solid var(--line); padding: 6px 13px; text-align: left; }}
tr:nth-child(2n) {{ background: var(--quiet); }}
code {{ background: light-dark(#818b981f, #656c7633); border-radius: 6px; padding: .2em .4em;
  font-size: 85%; font-family: ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }}
pre {{ background: var(--quiet); border-radius: 6px; padding: 12px; overflow: hidden; font-size: 12px; }}
pre code {{ background: none; padding: 0; font-size: 100%; }}
p {{ margin: 0 0 16px; }}
article > :last-child {{ margin-bottom: 0; }}
</style>
<h1>{title} <span>#{number}</span></h1>
<p class="says"><span class="state">Open</span> promoter wants to merge into {base} from {branch}</p>
<article>{body}</article>
"""
# Drawn, because a machine that makes the pictures may have no font with emoji.
_MARKS = {
    ":white_check_mark:": '<b style="color: #1f883d">✔</b>',
    ":hourglass:": '<b style="color: #9a6700">…</b>',
    ":no_entry:": '<b style="color: #cf222e">✘</b>',
}
_ENGINE = re.compile(r"\b(?:kubectl|promoter-render) \d+\.\d+\.\d+")
_EDGE = "rgba(255,255,255,0.35)"  # rich draws the window's edge in white, which a white page does not show


def svg(name: str, printed: str, scheme: str) -> str:
    """The terminal that printed this text, in the colours of the scheme."""
    from rich.console import Console
    from rich.terminal_theme import DEFAULT_TERMINAL_THEME, DIMMED_MONOKAI
    from rich.text import Text

    lines = [Text.from_ansi(line) for line in printed.splitlines()]
    columns = max(80, *(line.cell_len for line in lines))
    console = Console(
        record=True, file=io.StringIO(), width=columns, force_terminal=True, legacy_windows=False
    )
    for line in lines:
        console.print(line, no_wrap=True, crop=False, highlight=False)
    theme = DEFAULT_TERMINAL_THEME if scheme == "light" else DIMMED_MONOKAI
    drawn = console.export_svg(
        title="",
        theme=theme,
        code_format=_SVG,
        unique_id=f"promoter-{name}-{scheme}",
        font_aspect_ratio=0.61,
    )
    lines_of_file = (line.strip() for line in drawn.replace(_EDGE, "#8b949e80").splitlines())
    return "\n".join(filter(None, lines_of_file)) + "\n"


def page_of_pull_request(written: str, number: int) -> str:
    """The page of a pull request: its title, and its body as GitHub would set it."""
    from markdown_it import MarkdownIt

    head, _, body = written.removeprefix("---\n").partition("\n---\n")
    said = {key: text.strip('"') for key, _, text in (line.partition(": ") for line in head.splitlines())}
    for code, mark in _MARKS.items():
        body = body.replace(code, mark)
    markdown = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table")
    opened = markdown.render(body).replace("<details>", "<details open>")
    named = {key: html.escape(said[key]) for key in ("title", "base", "branch")}
    return _BODY.format(number=number, body=opened, **named)


def pages(story: Story) -> dict[str, str]:
    """The source of each picture that a browser draws."""
    bodies = {
        name: page_of_pull_request(text, number) for name, (number, text) in sorted(story.bodies.items())
    }
    return {**story.pages, **bodies}


def terminals(story: Story) -> dict[str, str]:
    """Every SVG by its file's name."""
    return {
        f"{name}-{scheme}.svg": svg(name, printed, scheme)
        for name, printed in story.terminals.items()
        for scheme in SCHEMES
    }


def digests(sources: Mapping[str, str]) -> str:
    """One line for each page: the digest of its source, whichever engine made it, and its name."""
    plain = {name: _ENGINE.sub("kubectl", text).encode() for name, text in sorted(sources.items())}
    return "".join(f"{hashlib.sha256(text).hexdigest()}  {name}.html\n" for name, text in plain.items())


def photographs(sources: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every page as a browser shows it, light and dark, by the file's name."""
    driver = _browser()
    try:
        with tempfile.TemporaryDirectory() as top:
            for name, text in sorted(sources.items()):
                file = Path(top) / f"{name}.html"
                file.write_text(text)
                for scheme in SCHEMES:
                    yield f"{name}-{scheme}.png", _photograph(driver, file, scheme)
    finally:
        driver.quit()


def _browser() -> Chrome:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def _photograph(driver: Chrome, file: Path, scheme: str) -> bytes:
    width, height = SIZES[file.stem]
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    driver.get(file.as_uri())
    shown = min(height, driver.execute_script("return document.body.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": shown, "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})
    return base64.b64decode(shot["data"])


def outdated(story: Story) -> Iterator[str]:
    """The files whose recorded content is not what the code makes today."""
    made = {**terminals(story), DIGESTS.name: digests(pages(story))}
    for name, text in made.items():
        file = FOLDER / name
        if not file.exists() or file.read_text() != text:
            yield name
    drawn = {f"{name}-{scheme}.png" for name in SIZES for scheme in SCHEMES}
    kept = {file.name for file in FOLDER.iterdir()}
    yield from sorted(kept ^ (made.keys() | drawn))


def main() -> int:
    """Write the pictures, or say which are not up to date."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="draw them anew")
    write = arguments.parse_args().write

    with tempfile.TemporaryDirectory() as top:
        story = tell(Path(top))
    if not write:
        old = sorted(set(outdated(story)))
        print("\n".join(f"{name}: not what the code makes today; run `make pictures`" for name in old))
        return 1 if old else 0
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.iterdir():
        file.unlink()
    for name, text in {**terminals(story), DIGESTS.name: digests(pages(story))}.items():
        (FOLDER / name).write_text(text, newline="\n")
    for name, drawn in photographs(pages(story)):
        (FOLDER / name).write_bytes(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
