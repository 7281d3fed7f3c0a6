"""When a controller applies what was merged, as far as its own object tells: merged is not running.

Must not read anything but the deployables it is given. Callers may rely on this: one line for each
controller object, nothing where no controller is known, and no promise that it has run.
"""

from collections.abc import Iterable, Iterator, Mapping

from promoter.deployables.objects import mapping
from promoter.model import Deployable, Json


def delays(targets: Iterable[Deployable]) -> tuple[str, ...]:
    """A line for each Argo CD or Flux object that applies the targets, each once, in their order."""
    return tuple(dict.fromkeys(line for each in targets for line in _delay(each)))


def _delay(target: Deployable) -> Iterator[str]:
    what = f"{target.kind} {target.name}"
    spec = mapping(target.overrides.get("spec"))
    match target.controller:
        case "argocd" if _is_automated(spec):
            # https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
            yield f"merged is not running: Argo CD applies {what} at its next look at the repository"
        case "argocd":
            yield f"merged is not running: {what} does not sync by itself, somebody has to sync it"
        case "flux" if target.suspended:
            yield f"merged is not running: {what} is suspended, Flux applies it once it is resumed"
        case "flux":
            every = f"every {spec['interval']}" if spec.get("interval") else "at its next interval"
            yield f"merged is not running: Flux applies {what} {every}"
        case _:
            return


def _is_automated(spec: Mapping[str, Json]) -> bool:
    automated = mapping(spec.get("syncPolicy")).get("automated")
    return isinstance(automated, dict) and automated.get("enabled") is not False
