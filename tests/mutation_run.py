"""What a mutation run changes about the tests; pytest loads it with `-p tests.mutation_run`.

Each mutant runs its tests again: hypothesis draws few examples, the same ones every time, and makes none of
those that fail smaller, which takes longer than the clock of a mutant allows. A mutated
function is called through a few more frames, so the deepest documents of the tests need a higher limit.
"""

import sys

from hypothesis import Phase, settings

settings.register_profile(
    "few",
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("few")
sys.setrecursionlimit(5 * sys.getrecursionlimit())
