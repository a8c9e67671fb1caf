"""Events go to both versions, and a run that was stopped goes on."""

from __future__ import annotations

import base64
import io
import json
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import AwsError, ConfigError, Inconclusive, Interrupted, NoAnswer, Throttled
from lambda_migrate.proxy.runtime.recording.redaction import HASHED, REDACTED, Redaction
from lambda_migrate.shadow.answer import Answer
from lambda_migrate.shadow.noise import Noise
from lambda_migrate.shadow.pace import Pace
from lambda_migrate.shadow.tally import Tally
from lambda_migrate.workflow.shadow import BATCH, Asked, cleaned, compare_all, question
from lambda_migrate.workflow.shadow_compare import Shadow
from lambda_migrate.workflow.shadow_kept import Kept
from lambda_migrate.workflow.shadow_sides import Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.shadow.events import About


@dataclass
class Function:
    """A function of two versions; answers as a handler says."""

    handler: Any
    asked: list[tuple[str, str]] = field(default_factory=list)
    refused: int = 0

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        assert (service, operation, parameters["FunctionName"]) == ("lambda", "invoke", "orders")
        if self.refused:
            self.refused -= 1
            raise Throttled("slow down", operation="lambda:Invoke", aws_code="TooManyRequestsException")
        event = json.loads(parameters["Payload"])
        self.asked.append((parameters["Qualifier"], event["rawPath"]))
        return {"Payload": io.BytesIO(json.dumps(self.handler(parameters["Qualifier"], event)).encode())}


def context_of(function: Function, stop: Callable[[], bool] = lambda: False) -> Any:
    slept: list[float] = []
    return SimpleNamespace(
        aws_read_only=function,
        clock=SimpleNamespace(sleep=slept.append),
        slept=slept,
        progress=SimpleNamespace(begin=lambda _: None, note=lambda _: None, end=lambda: None),
        call=SimpleNamespace(stop=nullcontext(stop)),
    )


def get(path: str, method: str = "GET") -> dict[str, Any]:
    return {"rawPath": path, "routeKey": "$default", "requestContext": {"http": {"method": method}}}


def answer(body: Any, status: int = 200) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def compared(
    tmp_path: Path,
    function: Function,
    events: list[dict[str, Any]],
    stop: Any = lambda: False,
    selected: str = "all",
    copy: Any = None,
    credentials: dict[str, str] | None = None,
    **more: Any,
) -> Tally:
    source = tmp_path / "events.jsonl"
    source.write_text("".join(f"{json.dumps(each)}\n" for each in events))
    asked = replace(Asked(source, tmp_path / "noise.yaml", at_once=1), **more)
    context = context_of(function, stop)
    one, other = (Version(function, "orders", number) for number in "12")  # type: ignore[arg-type]  # a stand-in
    pace = Pace(context.clock.sleep, stop)
    held = Shadow(one, other, selected, Noise(), frozenset(asked.also), pace, copy, credentials or {})
    kept = Kept(tmp_path / "shadow.json", "same")
    tally = compare_all(context, asked, held, kept)
    kept.finish(tally)
    return tally


def test_planted_differences_are_found_and_planted_noise_is_not(tmp_path: Path) -> None:
    calls = iter(range(10_000))

    def handler(version: str, event: dict[str, Any]) -> dict[str, Any]:
        body = {"id": next(calls), "path": event["rawPath"], "price": 2 if version == "2" else 1}
        if not event["rawPath"].startswith("/prices"):
            body.pop("price")
        return answer(body, 404 if version == "2" and event["rawPath"] == "/a/99" else 200)

    function = Function(handler)
    tally = compared(tmp_path, function, [*(get(f"/a/{number}") for number in range(100)), get("/prices")])

    assert [(each.route, each.path, each.what, each.count, each.event) for each in tally.ranked()] == [
        ("GET /a/{}", "status", "value", 1, "events.jsonl:100"),
        ("GET /prices", "$.price", "value", 1, "events.jsonl:101"),
    ]
    assert tally.noisy == {("GET /a/{}", "$.id"), ("GET /prices", "$.id")}
    assert (tally.compared, tally.mismatched) == (101, 2)
    assert function.asked[:3] == [("1", "/a/0"), ("2", "/a/0"), ("1", "/a/0")]


def test_what_may_change_something_is_sent_only_where_it_is_named(tmp_path: Path) -> None:
    function = Function(lambda _version, _event: answer({}))
    events = [get("/a"), get("/a", "POST"), get("/b", "POST")]

    tally = compared(tmp_path, function, events, also=("POST /b",))

    assert [path for version, path in function.asked if version == "2"] == ["/a", "/b"]
    assert tally.skipped == {"POST /a may change something; `--also` sends it too": 1}


def test_what_may_change_something_is_named_in_the_question() -> None:
    plain = Asked(Path("e"), Path("n"))
    told = "Invoke version 1 of orders twice and proxy version 2 once, for each event that changes nothing"

    assert question("version 1 of orders", plain, "2") == f"{told}? AWS bills it like any invocation."
    assert question("version 1 of orders", replace(plain, also=("POST /b", "aws:sqs")), "2") == (
        f"{told}, and for `POST /b`, `aws:sqs`, which may change something? AWS bills it like any invocation."
    )
    assert question("version 1 of orders", replace(plain, against="https://copy.example.com"), "") == (
        "Invoke version 1 of orders twice and send a request to https://copy.example.com once, for each event that"
        " changes nothing? AWS bills it like any invocation. The copy gets what changes something too, where an answer"
        " was recorded."
    )


def test_an_answer_that_no_record_can_hold_is_compared_by_its_hash() -> None:
    clean = cleaned(Redaction())
    unreadable = {"data": base64.b64encode(b"\xff\xfe bytes").decode()}

    assert clean({"token": "hunter2Zq", "a": 1}) == {"token": REDACTED, "a": 1}
    assert list(clean(unreadable)) == [HASHED]
    told = clean({"statusCode": 201, "body": json.dumps(unreadable)})
    assert (told["statusCode"], told["body"], len(told[HASHED])) == (201, "", 64)


def test_a_throttled_call_is_tried_again_slower_and_never_taken_for_an_answer(tmp_path: Path) -> None:
    function = Function(lambda _version, _event: answer({}), refused=3)
    assert compared(tmp_path, function, [get("/a")]).compared == 1

    (tmp_path / "shadow.json").unlink()
    function.refused = 1_000
    with pytest.raises(Inconclusive) as raised:
        compared(tmp_path, function, [get("/a")])
    assert raised.value.message == "paused after 0 events: calls are throttled for minutes"

    function.refused = 0
    assert compared(tmp_path, function, [get("/a")]).compared == 1


def test_a_service_that_has_too_much_to_do_is_asked_again_unless_the_original_says_the_same(tmp_path: Path) -> None:
    busy = iter([429, 429])

    def handler(version: str, event: dict[str, Any]) -> dict[str, Any]:
        status = next(busy, 200) if version == "2" else 200
        return answer({}, 429 if event["rawPath"] == "/limited" else status)

    tally = compared(tmp_path, Function(handler), [get("/a"), get("/limited")])

    assert (tally.compared, tally.mismatched, tally.skipped) == (2, 0, {})


@pytest.mark.parametrize(
    ("selected", "skipped"),
    [
        ("non-api", {"the proxy version leaves requests with the original": 1}),
        ("api", {"the proxy version leaves events with the original": 1}),
    ],
)
def test_what_the_proxy_version_does_not_forward_is_not_compared_with_itself(
    tmp_path: Path, selected: str, skipped: dict[str, int]
) -> None:
    events: list[dict[str, Any]] = [get("/a")] if selected == "non-api" else [{"source": "shop", "rawPath": ""}]

    tally = compared(tmp_path, Function(lambda _version, _event: answer({})), events, selected=selected)

    assert (tally.compared, tally.skipped) == (0, skipped)


def test_answers_that_were_recorded_are_compared_without_asking_anybody(tmp_path: Path) -> None:
    function = Function(lambda _version, _event: answer({}))
    sides = {"original": {"answer": answer({"a": 1}), "milliseconds": 3}, "service": {"answer": answer({"a": 2})}}
    lost = {**sides, "service": {"lost": "timeout"}}

    records = [{"LambdaMigrateRecord": 1, "event": get("/a", "POST"), **each} for each in (sides, lost)]
    tally = compared(tmp_path, function, records)

    assert function.asked == []
    assert [(each.route, each.path, each.one, each.other) for each in tally.ranked()] == [("POST /a", "$.a", "1", "2")]
    assert tally.skipped == {"POST /a may change something; `--also` sends it too": 1}


def test_a_copy_takes_what_changes_something_and_is_held_against_what_was_recorded(tmp_path: Path) -> None:
    function = Function(lambda _version, _event: answer({}))
    sent: list[str] = []

    def copy(event: dict[str, Any], _what: About) -> Answer:
        sent.append(event["rawPath"])
        status = 401 if event["rawPath"] == "/secret" else 201
        return Answer("response", status, (("content-type", ("application/json",)),), (), "json", {"id": 7})

    recorded = {"LambdaMigrateRecord": 1, "original": {"answer": answer({"id": 8}, 201)}}
    events = [{**recorded, "event": get(path, "POST")} for path in ("/a", "/secret")]
    tally = compared(tmp_path, function, [*events, get("/unknown", "POST")], copy=copy)

    assert (sent, function.asked) == (["/a", "/secret"], [])
    assert [(each.route, each.path) for each in tally.ranked()] == [("POST /a", "$.id")]
    assert tally.skipped == {
        "401: its credentials were redacted; `--credentials` puts others in": 1,
        "POST /unknown may change something, and no answer to it was recorded": 1,
    }


def test_a_read_whose_credentials_were_redacted_is_left_out_and_not_called_the_same(tmp_path: Path) -> None:
    function = Function(lambda _version, _event: answer({}, 401))
    recorded = {"LambdaMigrateRecord": 1, "original": {"answer": answer({"id": 8})}}

    tally = compared(tmp_path, function, [{**recorded, "event": get("/a")}])

    assert (tally.compared, tally.skipped) == (
        0,
        {"401: its credentials were redacted; `--credentials` puts others in": 1},
    )


def test_credentials_stand_in_for_those_that_were_redacted(tmp_path: Path) -> None:
    def handler(_version: str, event: dict[str, Any]) -> dict[str, Any]:
        known = event["headers"] == {"Authorization": "Bearer test"} and event["cookies"] == ["a=1", "b=2"]
        return answer({}, 200 if known else 401)

    event = {**get("/a"), "headers": {"Authorization": "[redacted]"}, "cookies": ["a=[redacted]"]}
    recorded = {"LambdaMigrateRecord": 1, "event": event, "original": {"answer": answer({})}}
    credentials = {"authorization": "Bearer test", "cookie": "a=1; b=2"}

    tally = compared(tmp_path, Function(handler), [recorded], credentials=credentials)

    assert (tally.compared, tally.skipped) == (1, {})


def test_a_run_that_was_stopped_goes_on_where_it_was_and_a_whole_one_begins_again(tmp_path: Path) -> None:
    function = Function(lambda version, _event: answer({"v": version}))
    events = [get(f"/{number}x") for number in range(3 * BATCH)]

    with pytest.raises(Interrupted) as raised:
        compared(tmp_path, function, events, stop=lambda: True)
    assert raised.value.message == f"stopped after {BATCH} events"

    tally = compared(tmp_path, function, events)
    assert (tally.compared, len(function.asked)) == (3 * BATCH, 9 * BATCH)

    compared(tmp_path, function, events)
    assert len(function.asked) == 18 * BATCH
    assert (tmp_path / "shadow.json").stat().st_mode & 0o777 == 0o600


def test_what_was_compared_is_kept_until_it_is_noted(tmp_path: Path) -> None:
    tally = Tally()
    tally.skip("a")
    Kept(tmp_path / "shadow.json", "same").write(7, tally)

    kept = Kept(tmp_path / "shadow.json", "same")
    assert (kept.read()[0], Kept(tmp_path / "shadow.json", "other").read()[0]) == (7, 0)
    kept.finish(tally)
    assert Kept(tmp_path / "shadow.json", "same").read()[0] == 0


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "shadow.json").mkdir()

    with pytest.raises(ConfigError, match="cannot be written"):
        compared(tmp_path, Function(lambda _version, _event: answer({})), [get("/a")])


def test_an_event_that_lambda_refuses_is_left_out_and_the_next_one_is_sent(tmp_path: Path) -> None:
    refusals = iter(
        [
            AwsError("too large", operation="lambda:Invoke", aws_code="RequestTooLargeException"),
            NoAnswer("no answer", operation="lambda:Invoke"),
        ]
    )

    class Refusing(Function):
        def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
            refusal = next(refusals, None)
            if refusal:
                raise refusal
            return super().call(service, operation, **parameters)

    tally = compared(tmp_path, Refusing(lambda _version, _event: answer({})), [get("/a"), get("/b"), get("/c")])

    assert (tally.compared, tally.skipped) == (
        1,
        {"Lambda refuses the event (RequestTooLargeException)": 1, "no answer in time": 1},
    )
