"""The `promoter` program and `python -m promoter`."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from promoter.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
