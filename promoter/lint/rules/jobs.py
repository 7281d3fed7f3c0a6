"""Jobs and CronJobs (RES501 to RES505).

Of how often something runs only every minute is judged. It must not guess what a schedule was meant to be.
A Job that a GitOps controller keeps in place is judged otherwise than one that is applied by hand.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import at, child, mapping, strings, text
from promoter.lint.rule import Mend, Option, Report, rule
from promoter.model import Severity

TTL: Final = "ttlSecondsAfterFinished"
HOOKS: Final = ("argocd.argoproj.io/hook", "helm.sh/hook")
EVERY_MINUTE: Final = Option("every-minute", default=True, summary="report schedules of every minute")
NAMES: Final = {
    3: ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    4: ("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
}
# robfig/cron, which the API server reads schedules with: Sunday is 0 and never 7, and `?` is `*` anywhere.
RANGES: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
MACROS: Final = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
EVERY: Final = re.compile(r"@every ((?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)")
PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
SECONDS: Final = {"h": Decimal(3600), "m": Decimal(60), "s": Decimal(1)}


@rule("RES501", "job-ttl", Severity.WARNING, fix="safe")
def job_ttl(render: RenderedContext) -> Iterator[Report]:
    """A finished Job stays for ever, or a GitOps controller runs it again and again.

    ## What it does
    Reports Jobs without `ttlSecondsAfterFinished` in manifests that nothing is known to deploy. Where Argo
    CD or Flux keeps the Job in place it is the other way round: a Job that deletes itself is reported.
    Hooks are left out. Jobs of a CronJob are deleted by its history limits, so a time to live of theirs
    is reported.

    ## Why
    Finished Jobs and their pods pile up. A Job that is gone though Git says that it should be there is
    made anew at the next sync, and runs again.

    ## Example
    ```yaml
    kind: Job
    spec:
      template: {}
    ```

    ## Instead
    ```yaml
    kind: Job
    spec:
      ttlSecondsAfterFinished: 86400
      template: {}
    ```

    ## Fix safety
    Safe: a day after its end the Job is deleted; what a controller keeps in place is not mended.
    """
    managed = render.controller in ("argocd", "flux")
    for item in render.of_kind("Job.batch"):
        path = ("spec", TTL)
        annotations = strings(child(item.body, "metadata").get("annotations"))
        has = child(item.body, "spec").get(TTL) is not None
        if any(hook in annotations for hook in HOOKS):
            continue
        if managed and has:
            yield Report(
                item.key, path, f"{render.controller} runs the Job again after it has deleted itself"
            )
        elif not render.controller and not has:
            mend = Mend("delete it a day after its end", safe=True, sets=((path, 86400),))
            yield Report(item.key, path, "the finished Job is never deleted", mend)
    for item in render.of_kind("CronJob.batch"):
        place = ("spec", "jobTemplate", "spec")
        if mapping(at(item.body, place)).get(TTL) is not None:
            message = "the time to live and the history limits both delete finished Jobs; keep the limits"
            yield Report(item.key, (*place, TTL), message)


@rule("RES502", "cronjob-deadline", Severity.WARNING)
def cronjob_deadline(render: RenderedContext) -> Iterator[Report]:
    """A CronJob that missed its times may never run again.

    ## What it does
    Reports CronJobs without `startingDeadlineSeconds`.

    ## Why
    After a hundred missed times without a deadline the controller gives up on the CronJob for good.

    ## Example
    ```yaml
    kind: CronJob
    spec:
      schedule: "0 3 * * *"
    ```

    ## Instead
    ```yaml
    kind: CronJob
    spec:
      schedule: "0 3 * * *"
      startingDeadlineSeconds: 600
    ```
    """
    for item in render.of_kind("CronJob.batch"):
        if child(item.body, "spec").get("startingDeadlineSeconds") is None:
            yield Report(
                item.key, ("spec", "startingDeadlineSeconds"), "there is no deadline for a missed start"
            )


@rule("RES503", "cronjob-concurrency", Severity.WARNING)
def cronjob_concurrency(render: RenderedContext) -> Iterator[Report]:
    """Runs of a CronJob may overlap, and nobody said that they should.

    ## What it does
    Reports CronJobs whose `concurrencyPolicy` is unset or `Allow`.

    ## Why
    A run that hangs is joined by the next ones until the cluster is full.

    ## Example
    ```yaml
    concurrencyPolicy: Allow
    ```

    ## Instead
    ```yaml
    concurrencyPolicy: Forbid
    ```
    """
    for item in render.of_kind("CronJob.batch"):
        if child(item.body, "spec").get("concurrencyPolicy") in (None, "Allow"):
            yield Report(item.key, ("spec", "concurrencyPolicy"), "runs may overlap")


@rule("RES504", "cronjob-schedule-invalid", Severity.ERROR, options=(EVERY_MINUTE,))
def cronjob_schedule_invalid(render: RenderedContext) -> Iterator[Report]:
    """A CronJob's schedule is none, or is not read as it was meant.

    ## What it does
    Checks the five fields (or `@daily`, `@every 10m` and the like) of `schedule` as the API server reads
    them, where Sunday is 0 and not 7, finds `TZ=` inside it, and looks `timeZone` up among the names of
    the time zone database. A schedule whose first field is every minute is reported too: with hours behind
    it (`* 3 * * *`) it runs sixty times where once was meant.

    ## Why
    The API server refuses the object, `TZ=` in the schedule is not supported, and a zone that does not
    exist means that nothing runs. What runs every minute makes a pod a minute, and wants a Deployment.

    ## Example
    ```yaml
    schedule: "TZ=Europe/Berlin 0 25 * * *"
    ```

    ## Instead
    ```yaml
    schedule: "0 3 * * *"
    timeZone: Europe/Berlin
    ```

    ## Options
    `every-minute` (true): also report schedules that run every minute.
    """
    strict = EVERY_MINUTE.of(render.settings, "RES504")
    for item in render.of_kind("CronJob.batch"):
        spec = child(item.body, "spec")
        schedule, zone = text(spec, "schedule").strip(), text(spec, "timeZone")
        fault = _fault(schedule) if "${" not in schedule else ""
        often = _often(schedule) if strict and not fault else ""
        if fault:
            yield Report(item.key, ("spec", "schedule"), f"schedule {schedule!r}: {fault}")
        elif often:
            yield Report(item.key, ("spec", "schedule"), f"schedule {schedule!r} runs {often}")
        if zone and "${" not in zone and zone not in _zones():
            yield Report(item.key, ("spec", "timeZone"), f"{zone!r} is no name of a time zone")


@cache
def _zones() -> frozenset[str]:
    """The names of the time zone database, old ones included."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _fault(schedule: str) -> str:
    if "TZ=" in schedule:
        return "TZ= is not supported here, use timeZone"
    if schedule.startswith("@"):
        known = schedule in MACROS or EVERY.fullmatch(schedule)
        return "" if known else "there is no such abbreviation"
    fields = schedule.split()
    if len(fields) != len(RANGES):
        return f"it has {len(fields)} fields, not five"
    wrong = [field for position, field in enumerate(fields) if not _valid(field.lower(), position)]
    return f"{wrong[0]!r} is not valid" if wrong else ""


def _often(schedule: str) -> str:
    """How often a valid schedule runs, empty when not every minute."""
    every = EVERY.fullmatch(schedule)
    if every:
        parts = PART.findall(every[1])
        pause = sum((Decimal(number) * SECONDS.get(unit, Decimal(0)) for number, unit in parts), Decimal(0))
        return "every minute or more often" if pause <= SECONDS["m"] else ""
    minute, *others = schedule.split()
    if minute not in ("*", "?", "*/1", "0-59", "0-59/1"):
        return ""
    narrowed = any(field not in ("*", "?", "*/1") for field in others)
    return "every minute of the hours or days that it names" if narrowed else "every minute"


def _valid(field: str, position: int) -> bool:
    return all(_valid_part(part, position) for part in field.split(","))


def _valid_part(part: str, position: int) -> bool:
    span, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    if span in ("*", "?"):
        return True
    least, most = RANGES[position]
    names = NAMES.get(position, ())
    ends = [_number(end, names, least) for end in span.split("-")]
    return len(ends) in (1, 2) and all(least <= end <= most for end in ends) and ends == sorted(ends)


def _number(text: str, names: tuple[str, ...], first: int) -> int:
    if text in names:
        return names.index(text) + first
    return int(text) if text.isdecimal() else -1


@rule("RES505", "restart-policy", Severity.ERROR)
def restart_policy(render: RenderedContext) -> Iterator[Report]:
    """A pod template's restart policy is one that its kind does not allow.

    ## What it does
    Reports Jobs and CronJobs whose `restartPolicy` is missing or `Always`, and other workloads whose
    `restartPolicy` is not `Always`.

    ## Why
    The API server refuses the object.

    ## Example
    ```yaml
    kind: Job
    spec:
      template:
        spec: {containers: []}
    ```

    ## Instead
    ```yaml
    kind: Job
    spec:
      template:
        spec: {restartPolicy: OnFailure, containers: []}
    ```
    """
    for item in render.workloads:
        value = item.pod.get("restartPolicy")
        path = (*item.pod_path, "restartPolicy")
        if item.kind in ("Job", "CronJob") and value in (None, "Always"):
            yield Report(item.key, path, f"a {item.kind} needs restartPolicy OnFailure or Never")
        elif item.runs_long and item.kind != "Pod" and value not in (None, "Always"):
            yield Report(item.key, path, f"a {item.kind} allows only restartPolicy Always, not {value}")
