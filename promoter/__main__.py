"""The `promoter` program and `python -m promoter`."""

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from promoter.cli import run

    code = run()
    # As it ends the interpreter looks for cycles in all that was read, which took a quarter of large runs.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
