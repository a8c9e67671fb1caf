"""What records: which versions do, until when, and whether migration.yaml says something else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.durations import moment
from lambda_migrate.function.documents import PREFIX
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings
from lambda_migrate.render.records import state as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.function.model import Function
    from lambda_migrate.render.terminal import Paint
    from lambda_migrate.workflow.context import Context

VARIABLE = f"{PREFIX}RECORD"


def state(context: Context) -> Result:
    """Say what is recorded, and by which versions."""
    function = reading.recorded_inventory(context).function
    return described(function, context.migration.proxy.recorded, context.clock.now(), context.paint)


def described(function: Function, wanted: str, now: float, paint: Paint) -> Result:
    """Describe it.

    Args:
        function: With its versions.
        wanted: What migration.yaml would tell the proxy; "" where it says nothing.
        now: Seconds since the epoch.
        paint: How standard output is coloured.
    """
    versions = list(_versions(function, now))
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
    return f"{what} {share} until {each['until']}, to {place}; it has {shares}"


def _configured(wanted: str, *, published: bool) -> str:
    if not wanted:
        return "`proxy.record` is not set: a version that is published now does not record"
    return "is what the newest version has" if published else "is not in force: `proxy deploy` publishes it"
