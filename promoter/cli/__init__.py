"""The command line: arguments in, text and exit codes out, no logic of its own."""

from promoter.cli.run import run

__all__ = ["run"]
