"""Fetches what a proxy version recorded, from the function's log or from a bucket, into a folder of one file an hour.

An hour that is over is fetched once: a run that was stopped or killed goes on with the next one.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import log_group
from lambda_migrate.errors import ConfigError, Inconclusive, Interrupted, MigrateError
from lambda_migrate.proxy.runtime.recording.route import route_of
from lambda_migrate.regular_file import NOTHING_TRACKED, create, make_private_folder, open_new
from lambda_migrate.render.format import counted, size
from lambda_migrate.render.records import fetched as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.shadow.access_logs import RECORD
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

HOUR = 3600
LATE = 900
"""Seconds after which CloudWatch Logs has what was written; an hour is over when it is that old."""

LARGEST = 1 << 26
"""Bytes of an object of records, unpacked, at most: the recorder writes 256 KB."""

AGAIN = "run the same command again to continue"
REQUESTS, TRANSFER = 0.0004 / 1000, 0.09 / 1e9
"""Dollars for a GET of S3 and for a byte that leaves AWS ("Amazon S3 pricing", us-east-1)."""


@dataclass
class Fetched:
    """What was fetched.

    Attributes:
        routes: Records by route or source.
        both: Those that hold the service's answer too.
        unreadable: Lines that are not records.
        kept: Hours that were there already.
    """

    routes: Counter[str] = field(default_factory=Counter)
    both: int = 0
    unreadable: int = 0
    kept: int = 0

    @property
    def count(self) -> int:
        """Records that were fetched."""
        return sum(self.routes.values())

    def take(self, line: str) -> str | None:
        """Return a record as one line, and count it; None for what is not one."""
        start = line.find("{")
        try:
            record = json.loads(line[start:]) if start >= 0 else None
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or RECORD not in record or not isinstance(record.get("event"), dict):
            self.unreadable += 1
            return None
        self.routes[route_of(record["event"])[0]] += 1
        self.both += isinstance(record.get("service"), dict) and "lost" not in record["service"]
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Source:
    """Where records are.

    Attributes:
        name: For a person.
        lines: Returns the lines of an hour, given its beginning in seconds since the epoch.
    """

    name: str
    lines: Any


def fetch(context: Context, into: Path, since: float, confirm: Confirm) -> Result:
    """Fetch what was recorded.

    Args:
        context: Of the command.
        into: The folder.
        since: How far back, in seconds.
        confirm: Asks before something costs money, and raises where the answer is no.

    Raises:
        ConfigError: The log cannot be read in this way, or the folder not be written.
        Interrupted: The user stopped it.
    """
    now = context.clock.now()
    hours = range(int((now - since) // HOUR) * HOUR, int(now) + 1, HOUR)
    source = _source(context, hours, confirm)
    fetched = Fetched()
    context.progress.begin(f"reading {source.name}")
    try:
        _prepare(into)
        with context.call.stop as stop:
            for number, hour in enumerate(hours):
                if stop():
                    raise Interrupted(f"stopped after {counted(number, 'hour')}", hint=AGAIN)
                context.progress.note(f"reading {source.name}: {_name(hour)}, {fetched.count:,} records")
                _hour(into, hour, source, fetched, over=hour + HOUR + LATE <= now)
    except OSError as error:
        hint = f"name another folder in `--into`, or make room; {AGAIN}"
        raise ConfigError(f"`{into}` cannot be written: {error.strerror}", hint=hint) from error
    context.progress.end()
    data = {"into": str(into), "records": fetched.count, "both": fetched.both, "unreadable": fetched.unreadable}
    data |= {"routes": dict(fetched.routes), "hours_kept": fetched.kept, "source": source.name}
    text = rendered(data, context.paint)
    if not fetched.count and not fetched.kept:
        hint = "`verify record` says which version records; it needs traffic"
        return Result(data, text, error=Inconclusive(f"nothing was recorded in {source.name}", hint=hint))
    return Result(data, text, (f"verify shadow --from {into}",))


def _prepare(into: Path) -> None:
    """Make the folder; only its owner may read it, and no repository tracks what is in it."""
    make_private_folder(into)
    with suppress(FileExistsError):
        create(into / ".gitignore", NOTHING_TRACKED)


def _hour(into: Path, hour: int, source: Source, fetched: Fetched, *, over: bool) -> None:
    """Fetch an hour into a file, which is there in full or not at all."""
    whole, part = into / f"{_name(hour)}.jsonl", into / f"{_name(hour)}-so-far.jsonl"
    if whole.exists():
        fetched.kept += 1
        return
    fresh = into / f".{_name(hour)}.new"
    fresh.unlink(missing_ok=True)
    try:
        before = fetched.count
        with open_new(fresh, 0o600) as file:
            for line in source.lines(hour):
                record = fetched.take(line)
                if record is not None:
                    file.write(f"{record}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        if fetched.count > before:
            fresh.replace(whole if over else part)
        if over:
            part.unlink(missing_ok=True)
    finally:
        fresh.unlink(missing_ok=True)


def _name(hour: int) -> str:
    return f"{datetime.fromtimestamp(hour, UTC):%Y-%m-%dT%H}"


def _source(context: Context, hours: range, confirm: Confirm) -> Source:
    record = context.migration.proxy.record
    if record is not None and record.bucket:
        return _bucket(context, record.bucket, record.prefix, hours, confirm)
    aws = context.aws_read_only
    group = log_group.log_group(aws, context.migration.function)
    if not group.exists:
        raise ConfigError(
            f"log group `{group.name}` does not exist", hint="nothing has run yet, or its role may not write"
        )
    if group.kind != log_group.STANDARD:
        text = f"log group `{group.name}` is of class {group.kind}, which FilterLogEvents does not read"
        raise ConfigError(text, hint="record to a bucket: `proxy.record.bucket`")
    kept_since = context.clock.now() - group.days * 24 * HOUR
    if group.days and hours.start < kept_since - HOUR:
        context.progress.event(f"{group.name} keeps {counted(group.days, 'day')}: older records are gone")
    return Source(group.name, lambda hour: log_group.lines(aws, group.name, f'"{RECORD}"', hour, hour + HOUR))


def _bucket(context: Context, bucket: str, prefix: str, hours: range, confirm: Confirm) -> Source:
    """Look which objects there are, and say what it costs to read them."""
    aws, function = context.aws_read_only, context.migration.function
    base = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    objects: dict[int, list[str]] = {}
    total = count = 0
    for hour in hours:
        below = f"{base}{function}/{datetime.fromtimestamp(hour, UTC):%Y/%m/%d/%H}/"
        for each in aws.pages("s3", "list_objects_v2", "Contents", Bucket=bucket, Prefix=below):
            objects.setdefault(hour, []).append(str(each["Key"]))
            total, count = total + int(each["Size"]), count + 1
    name = f"s3://{bucket}/{base}{function}"
    if count:
        cost = count * REQUESTS + total * TRANSFER
        confirm(Question(f"Read {counted(count, 'object')} of {name} ({size(total)}, at most ${cost:,.2f})?"))

    def lines(hour: int) -> Iterator[str]:
        for key in objects.get(hour, ()):
            yield from _unpacked(aws.call("s3", "get_object", Bucket=bucket, Key=key)["Body"].read(), key)

    return Source(name, lines)


def _unpacked(content: bytes, key: str) -> list[str]:
    try:
        text = gzip.GzipFile(fileobj=io.BytesIO(content)).read(LARGEST)
    except (OSError, EOFError, zlib.error) as error:
        raise MigrateError(
            f"`{key}` is not what the recorder writes, gzip", hint="move it out of the prefix"
        ) from error
    lines = text.decode("utf-8", "replace").split("\n")  # and not at what else Unicode takes for the end of a line
    return [line for line in lines if line]
