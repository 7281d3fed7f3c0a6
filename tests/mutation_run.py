"""What a mutation run changes about the tests; pytest loads it with `-p tests.mutation_run`.

Each mutant runs its tests again: hypothesis draws few examples, the same ones every time. A mutated
function is called through a few more frames, so the deepest documents of the tests need a higher limit.
"""

import sys

from hypothesis import settings

settings.register_profile("few", max_examples=25, derandomize=True, database=None, deadline=None)
settings.load_profile("few")
sys.setrecursionlimit(5 * sys.getrecursionlimit())
