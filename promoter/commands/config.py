"""Check the configuration file."""

from pathlib import Path

from promoter.config import FILE_NAME, load
from promoter.errors import UsageError
from promoter.yamldoc import parse


def check_file(directory: str, name: str) -> str:
    """One line that says what a valid file configures.

    Raises UsageError when there is no file and ConfigError, with line and column, when it is wrong.
    """
    path = Path(directory, name or FILE_NAME)
    if not path.is_file():
        raise UsageError(f"no {path} to check", hint="`promoter init` writes one from what it finds")
    config = load(parse(str(path), path.read_bytes()))
    environments = ", ".join(config.environments) or "none (inferred from the repository)"
    return f"{path}: valid; environments: {environments}"
