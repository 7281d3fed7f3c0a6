"""What every controller deploys from here, as a value."""

from promoter.frozen import frozen
from promoter.model import Deployable


@frozen
class AppRow:
    """One deployable and the images that its files pin, sorted."""

    deployable: Deployable
    images: tuple[str, ...] = ()


@frozen
class AppsReport:
    """The rows by environment in the order of promotion; `explain` shows what decided each of them."""

    environments: tuple[str, ...]
    rows: tuple[AppRow, ...]
    explain: bool = False
