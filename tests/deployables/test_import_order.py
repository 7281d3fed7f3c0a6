"""Each module of discovery can be the first that is imported: which command runs decides the order."""

import pkgutil
import subprocess
import sys

import promoter.deployables

EACH_FIRST = """
import importlib, sys
for name in sys.argv[1:]:
    for known in [each for each in sys.modules if each.split(".")[0] == "promoter"]:
        del sys.modules[known]
    importlib.import_module(name)
"""


def test_each_module_can_be_imported_first() -> None:
    found = pkgutil.walk_packages(promoter.deployables.__path__, "promoter.deployables.")
    names = [module.name for module in found]
    assert len(names) > 50
    ran = subprocess.run(
        [sys.executable, "-c", EACH_FIRST, *names], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
