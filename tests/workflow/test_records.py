"""What a version recorded is fetched hour by hour, once, and said to be what it is."""

from __future__ import annotations

import gzip
import io
import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Migration
from lambda_migrate.errors import ConfigError, Inconclusive, Interrupted, MigrateError
from lambda_migrate.shadow.events import Answered, Recorded, events
from lambda_migrate.workflow.records import HOUR, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = 1_790_000_000 // HOUR * HOUR + 600.0  # ten minutes into an hour
BEGAN = int(NOW) // HOUR * HOUR
EVENT = {"rawPath": "/a", "requestContext": {"http": {"method": "GET"}}}


def line(**more: Any) -> str:
    return json.dumps({"LambdaMigrateRecord": 1, "event": EVENT, "original": {"answer": 7, "milliseconds": 2}, **more})


@dataclass
class Logs:
    """CloudWatch Logs, as FilterLogEvents shows it: lines with their seconds since the epoch."""

    lines: list[tuple[float, str]]
    group: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def call(self, _service: str, operation: str, **given: Any) -> dict[str, Any]:
        if operation == "get_object":
            return {"Body": io.BytesIO(self.objects[given["Key"]])}
        return {"FunctionName": "orders", "LoggingConfig": {"LogGroup": "orders-log"}}

    def pages(self, _service: str, operation: str, _key: str, **given: Any) -> Iterator[dict[str, Any]]:
        if operation == "describe_log_groups":
            yield from [{"logGroupName": "orders-log", **self.group}] if self.group is not None else []
        elif operation == "list_objects_v2":
            found = {name: content for name, content in self.objects.items() if name.startswith(given["Prefix"])}
            yield from ({"Key": name, "Size": len(content)} for name, content in found.items())
        else:
            assert given["filterPattern"] == '"LambdaMigrateRecord"'
            self.asked.append(given["startTime"] // 1000)
            wanted = range(given["startTime"], given["endTime"] + 1)
            yield from ({"message": text} for at, text in self.lines if round(at * 1000) in wanted)


class Plain:
    width = 100

    def __call__(self, text: str, *_: str) -> str:
        return text


def context_of(logs: Logs, stop: Callable[[], bool] = lambda: False, **record: Any) -> Any:
    proxy = {"record": {"until": "2026-09-30", **record}} if record else {}
    quiet = SimpleNamespace(begin=lambda _: None, note=lambda _: None, end=lambda: None, event=lambda _: None)
    return SimpleNamespace(
        migration=Migration.model_validate_json(json.dumps({"function": "orders", "proxy": proxy})),
        aws_read_only=logs,
        clock=SimpleNamespace(now=lambda: NOW),
        progress=quiet,
        call=SimpleNamespace(stop=nullcontext(stop)),
        paint=Plain(),
    )


def fetched(logs: Logs, into: Path, stop: Callable[[], bool] = lambda: False, hours: int = 3, **record: Any) -> Any:
    context = context_of(logs, stop, **record)
    return fetch(context, into, (hours - 1) * HOUR, lambda question: asked_for.append(question.text))


asked_for: list[str] = []


def names(into: Path) -> list[str]:
    return sorted(each.name for each in into.iterdir() if each.name != ".gitignore")


def test_records_are_fetched_an_hour_in_a_file_and_an_hour_that_is_over_once(tmp_path: Path) -> None:
    into = tmp_path / "recorded"
    early, late = BEGAN - 2 * HOUR, BEGAN + 100
    logs = Logs([(early, line()), (early + 1, f"prefix {line()}"), (early + 2, "LambdaMigrateRecord?"), (late, line())])

    first = fetched(logs, into)
    logs.lines.append((late + 1, line(service={"answer": 8})))
    second = fetched(logs, into)

    assert {name: first.data[name] for name in ("records", "both", "unreadable", "routes", "hours_kept")} == {
        "records": 3,
        "both": 0,
        "unreadable": 1,
        "routes": {"GET /a": 3},
        "hours_kept": 0,
    }
    assert (second.data["records"], second.data["both"], second.data["hours_kept"]) == (2, 1, 1)
    assert second.next == (f"verify shadow --from {into}",)
    assert len(names(into)) == 2
    assert names(into)[1].endswith("-so-far.jsonl")
    assert logs.asked[:3] == [early, early + HOUR, BEGAN]
    assert {each.stat().st_mode & 0o777 for each in into.glob("*.jsonl")} == {0o600}
    assert (into / ".gitignore").read_text() == "*\n"
    read = [each for each in events(into) if each.original]
    assert (len(read), read[-1].original, read[-1].service) == (4, Answered(7, "", 2), Answered(8))


def test_a_run_that_was_stopped_or_killed_leaves_whole_hours_and_goes_on(tmp_path: Path) -> None:
    logs = Logs([(BEGAN - 2 * HOUR, line()), (BEGAN - HOUR, line())])
    stops = iter([False, True])
    with pytest.raises(Interrupted):
        fetched(logs, tmp_path, lambda: next(stops))
    (tmp_path / ".2026-09-21T14.new").write_text("half a line")  # what a kill leaves behind

    assert fetched(logs, tmp_path).data["hours_kept"] == 1
    assert len([each for each in events(tmp_path) if each.event]) == 2


def test_a_log_without_records_is_said(tmp_path: Path) -> None:
    result = fetched(Logs([]), tmp_path)

    assert isinstance(result.error, Inconclusive)
    assert result.error.message == "nothing was recorded in orders-log"


def test_a_log_that_cannot_be_read_so_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        fetched(Logs([], {"logGroupClass": "INFREQUENT_ACCESS"}), tmp_path)
    assert raised.value.message == (
        "log group `orders-log` is of class INFREQUENT_ACCESS, which FilterLogEvents does not read"
    )

    gone = Logs([])
    gone.group = None  # type: ignore[assignment]
    with pytest.raises(ConfigError) as raised:
        fetched(gone, tmp_path)
    assert raised.value.message == "log group `orders-log` does not exist"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "recorded").write_text("a file")

    with pytest.raises(ConfigError) as raised:
        fetched(Logs([(BEGAN, line())]), tmp_path / "recorded")

    assert raised.value.message.startswith(f"`{tmp_path / 'recorded'}` cannot be written: ")


def test_a_bucket_is_read_by_the_hour_after_saying_what_that_costs(tmp_path: Path) -> None:
    other = json.dumps(json.loads(line(note="one\u2028two\x85three")), ensure_ascii=False)
    content = gzip.compress(f"{line()}\n{other}\n".encode())
    key = f"p/orders/{datetime.fromtimestamp(BEGAN - HOUR, UTC):%Y/%m/%d/%H}/a-000001.jsonl.gz"
    logs = Logs([], objects={key: content, "p/other/x": b""})
    asked_for.clear()

    result = fetched(logs, tmp_path, bucket="records", prefix="p")

    assert (result.data["records"], result.data["unreadable"], result.data["source"]) == (2, 0, "s3://records/p/orders")
    assert asked_for == [f"Read 1 object of s3://records/p/orders ({len(content)} B, at most $0.00)?"]
    logs.objects[key] = b"not gzip"
    (tmp_path / names(tmp_path)[0]).unlink()
    with pytest.raises(MigrateError, match="is not what the recorder writes"):
        fetched(logs, tmp_path, bucket="records", prefix="p")


def test_a_record_without_its_event_is_told_and_the_next_one_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"LambdaMigrateRecord": 1}}\n{line()}\n')

    first, second = events(tmp_path / "a.jsonl")

    assert first == Recorded("a.jsonl:1", None, "a record with its event, an object")
    assert second.original == Answered(7, "", 2)
