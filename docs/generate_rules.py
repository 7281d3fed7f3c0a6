"""Write `docs/rules/`: a page for each rule, made from its docstring, and the page that lists them.

With `--check` nothing is written; the exit code is 1 when a page is missing, old or of no rule.
"""

import sys
from pathlib import Path

from promoter.commands.rules import ordered
from promoter.report.rules.markdown import index, page

FOLDER = Path(__file__).parent / "rules"


def pages() -> dict[str, str]:
    """Every file of the folder by name."""
    rules = ordered()
    return {"README.md": index(rules), **{f"{rule.code}.md": page(rule) for rule in rules}}


def main() -> int:
    """Write the pages, or say which are old."""
    wanted = pages()
    there = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    old = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
    if "--check" in sys.argv:
        print("\n".join(f"docs/rules/{name} is old: run python docs/generate_rules.py" for name in old))
        return 1 if old else 0
    FOLDER.mkdir(exist_ok=True)
    for name in old:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name])
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
