"""Whatever is imported first, everything below it can be imported."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1] / "promoter" / "deployables"
EACH_AS_THE_FIRST = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    for known in [known for known in sys.modules if known.partition(".")[0] == "promoter"]:
        del sys.modules[known]
    import_module(name)
"""


def test_each_reader_of_controllers_objects_can_be_imported_first():
    readers = sorted(f"promoter.deployables.{file.stem}" for file in ROOT.glob("[a-z]*.py"))
    assert readers

    done = subprocess.run(
        [sys.executable, "-c", EACH_AS_THE_FIRST, *readers], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
