"""What is asked of Helm: one chart of a snapshot, with everything that its controller gives it.

A value without effects; who fills it in decides what the controller would do, who renders it decides how.
"""

from promoter.frozen import frozen
from promoter.model.snapshot import Snapshot


@frozen
class ChartBuild:
    """One `helm template`: `entry` is the chart's directory (or archive) in the snapshot.

    `files` are the chart's own files, `values` the value files in order (later ones win), `inline` values
    as YAML text that lie over all of them. `settings` are pairs of an option and its text (`set`,
    `a.b=1`); `inputs` pairs of a value's name and the file whose text it becomes. `kube_version` empty
    leaves Helm's own. `crds`, `tests` and `checked` (against the chart's schema) say what is left in.
    `after` are kustomizations in JSON that are laid over the output one after the other. `sources` are the
    files of the repository that all this was made from.
    """

    snapshot: Snapshot
    entry: str
    release: str
    namespace: str = ""
    files: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    inline: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()
    crds: bool = True
    tests: bool = True
    checked: bool = True
    after: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path of `snapshot` that the render reads, sorted."""
        return tuple(sorted({*self.files, *self.values, *(path for _, path in self.inputs)}))
