"""promoter lints GitOps repositories, shows what changes do, and promotes image versions with proof.

The names of `__all__` are the library: open a `Workspace`, ask, close it. They are imported when they are
first used, so that `import promoter` and `promoter --help` load nothing; whatever is not named here may
change without notice.
"""

from typing import TYPE_CHECKING, Final

from promoter.deferred import deferred

if TYPE_CHECKING:
    from promoter.commands.promote import PromoteRequest, promote
    from promoter.commands.rollback import RollbackRequest, rollback
    from promoter.commands.status import status
    from promoter.commands.workspace import Workspace
    from promoter.errors import FailedError, PromoterError, RefusedError, UsageError
    from promoter.model import EnvRef

__all__ = [
    "EnvRef",
    "FailedError",
    "PromoteRequest",
    "PromoterError",
    "RefusedError",
    "RollbackRequest",
    "UsageError",
    "Workspace",
    "promote",
    "rollback",
    "status",
]

__version__ = "0.1.0"

_HOMES: Final = {
    "EnvRef": "model",
    "FailedError": "errors",
    "PromoteRequest": "commands.promote",
    "PromoterError": "errors",
    "RefusedError": "errors",
    "RollbackRequest": "commands.rollback",
    "UsageError": "errors",
    "Workspace": "commands.workspace",
    "promote": "commands.promote",
    "rollback": "commands.rollback",
    "status": "commands.status",
}

__getattr__ = deferred(__name__, _HOMES)


def __dir__() -> list[str]:
    """The names of the library, for completion."""
    return [*__all__, "__version__"]
