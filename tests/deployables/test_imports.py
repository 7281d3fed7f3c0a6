"""Each module of discovery can be the first that is imported: nothing loaded late closes a circle."""

import subprocess
import sys

ALONE = """
import pkgutil, sys
from importlib import import_module
import promoter.deployables as package
names = [each.name for each in pkgutil.walk_packages(package.__path__, "promoter.deployables.")]
for name in names:
    for known in [each for each in sys.modules if each.startswith("promoter.deployables")]:
        del sys.modules[known]
    import_module(name)
print(len(names))
"""


def test_every_module_can_be_imported_first():
    ran = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert int(ran.stdout) > 40
