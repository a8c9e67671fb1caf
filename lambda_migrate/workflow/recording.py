"""What records: which versions do, until when, and whether migration.yaml says something else."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import function_name
from lambda_migrate.aws.permissions import Call, calls
from lambda_migrate.durations import moment
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.function.documents import PREFIX
from lambda_migrate.gates import records_not_permitted
from lambda_migrate.gates.gate import closed
from lambda_migrate.inventory.invocations import PROXY_NAMESPACE
from lambda_migrate.planner.builder import acceptance
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings
from lambda_migrate.render.records import state as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.triggers.invoking_role import may_not
from lambda_migrate.verify import metrics
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.config.record import Record
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.render.terminal import Paint
    from lambda_migrate.workflow.context import Context

    Counts = tuple[int, int]

HOUR, DAY = 3600.0, 86_400.0
VARIABLE = f"{PREFIX}RECORD"
UNDER_THE_ADAPTER = "nothing can be recorded: under the web adapter the proxy sees requests, not events"


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


def of_role(context: Context, function: Function) -> Iterator[Blocker]:
    """Yield that the function's role may not write records where migration.yaml wants them, or that this is unknown."""
    config, aws = context.migration, context.aws_read_only
    record = config.proxy.record
    if record is None or not record.bucket:
        return
    objects = f"arn:{aws.partition}:s3:::{record.bucket}/{_objects(record, function.name)}"
    wanted = [("s3:PutObject", objects, f"write to `{record.bucket}`")]
    wanted += [("kms:GenerateDataKey", record.kms_key, "use the key of the records")] if record.kms_key else []
    for action, resource, what in wanted:
        refusal = may_not(aws, function.role, action, resource, what, "nothing would be recorded")
        if refusal is None:
            continue
        blocker = closed(records_not_permitted, f"`{function.name}`: {refusal.text}", record.bucket)
        if acceptance(config, blocker, "proxy") is None:
            yield blocker


def _objects(record: Record, function: str) -> str:
    """Return the keys of a function's records, as a policy names them."""
    return "/".join(filter(None, (record.prefix.strip("/"), function, "*")))


def calls_of(config: Migration) -> Iterator[Call]:
    """Yield what `verify record` calls: it counts what is recorded, and fetches it from where it is written."""
    record, name = config.proxy.record, config.function
    if record is None:
        return
    yield from calls("cloudwatch", "GetMetricData")
    if record.bucket:
        yield from calls("s3", "ListObjectsV2", Bucket=record.bucket)
        yield from calls("s3", "GetObject", Bucket=record.bucket, Key=_objects(record, function_name(name)))
    else:
        yield from calls("logs", "DescribeLogGroups FilterLogEvents")
    yield from calls("lambda", "GetFunctionConfiguration", FunctionName=name)


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
    says = UNDER_THE_ADAPTER if function.web_adapter else _configured(wanted, published=published)
    rows.append({"who": "migration.yaml", "says": says})
    data = {"versions": versions, "configured": bool(wanted), "published": published}
    recording = any(not each["over"] for each in versions)
    publish = wanted and not function.web_adapter
    following = ("verify record --into recorded",) if recording else ("proxy deploy",) if publish else ()
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
