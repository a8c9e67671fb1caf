"""What records: which versions do, until when, and whether migration.yaml says something else."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from lambda_migrate.durations import moment
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.function.documents import PREFIX
from lambda_migrate.inventory.invocations import PROXY_NAMESPACE
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings
from lambda_migrate.render.records import state as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.verify import metrics
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.render.terminal import Paint
    from lambda_migrate.workflow.context import Context

    Counts = tuple[int, int]

HOUR, DAY = 3600.0, 86_400.0
VARIABLE = f"{PREFIX}RECORD"


def state(context: Context) -> Result:
    """Say what is recorded, and by which versions."""
    function, now = reading.recorded_inventory(context).function, context.clock.now()

    def counted(version: str) -> Counts | None:
        return _counted(context.aws_read_only, function.name, version, now)

    return described(function, context.migration.proxy.recorded, now, context.paint, counted)


def _counted(aws: Aws, function: str, version: str, now: float) -> Counts | None:
    """Return what a version has recorded in the last day, and dropped; None where CloudWatch does not say."""
    window = (math.floor(now / HOUR) * HOUR - DAY, math.floor(now / HOUR) * HOUR + HOUR)
    dimensions = {"FunctionName": function, "FunctionVersion": version}
    try:
        recorded, dropped = (
            metrics.total(aws, PROXY_NAMESPACE, name, dimensions, window, HOUR)
            for name in ("Recorded", "RecordsDropped")
        )
    except (AwsError, NotAllowed):
        return None
    return None if recorded is None else (recorded, dropped or 0)


def described(
    function: Function, wanted: str, now: float, paint: Paint, counted: Callable[[str], Counts | None]
) -> Result:
    """Describe it.

    Args:
        function: With its versions.
        wanted: What migration.yaml would tell the proxy; "" where it says nothing.
        now: Seconds since the epoch.
        paint: How standard output is coloured.
        counted: Returns what a version has recorded in the last day, and dropped; None where that is not known.
    """
    versions = [{**each, "last_day": counted(str(each["version"]))} for each in _versions(function, now)]
    rows = [{"who": f"version {each['version']}", "says": _told(each)} for each in versions]
    proxies = [version for version in function.versions if version.proxy_events]
    published = bool(proxies) and proxies[-1].proxy_settings.get(VARIABLE, "") == wanted
    rows.append({"who": "migration.yaml", "says": _configured(wanted, published=published)})
    data = {"versions": versions, "configured": bool(wanted), "published": published}
    recording = any(not each["over"] for each in versions)
    following = ("verify record --into recorded",) if recording else ("proxy deploy",) if wanted else ()
    return Result(data, rendered(rows, paint), following)


def _versions(function: Function, now: float) -> Iterator[dict[str, Any]]:
    for version in function.versions:
        try:
            told = json.loads(version.proxy_settings.get(VARIABLE, ""))
            until = float(told["until"])
        except (ValueError, KeyError, TypeError):
            continue
        aliases = {
            alias.name: 1.0 if alias.version == version.number else alias.weights.get(version.number, 0.0)
            for alias in function.aliases
        }
        traffic = {name: share for name, share in aliases.items() if share}
        yield {
            "version": version.number,
            "over": now >= until,
            "until": moment(until),
            "traffic": traffic,
            "record": told,
        }


def _told(each: dict[str, Any]) -> str:
    record = each["record"]
    place = f"s3://{record['bucket']}" if record.get("bucket") else "the function's log"
    if each["over"]:
        return f"recorded until {each['until']}, to {place}"
    shares = ", ".join(f"{share:.0%} of {name}" for name, share in each["traffic"].items()) or "no alias"
    what = "records and mirrors" if record.get("mirror") else "records"
    share = f"{record.get('rate', RecordSettings.rate):.2%} of what the original answers"
    return f"{what} {share} until {each['until']}, to {place}; it has {shares}{_last_day(each['last_day'])}"


def _last_day(counts: Counts | None) -> str:
    if counts is None:
        return ""
    return f"; {counts[0]:,} recorded and {counts[1]:,} dropped in the last day"


def _configured(wanted: str, *, published: bool) -> str:
    if not wanted:
        return "`proxy.record` is not set: a version that is published now does not record; `until` there turns it on"
    return "is what the newest version has" if published else "is not in force: `proxy deploy` publishes it"
