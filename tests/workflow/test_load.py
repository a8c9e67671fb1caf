"""`verify load`: what is asked before, where it stops, and what is kept."""

from __future__ import annotations

import json
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.clock import Clock
from lambda_migrate.config import Migration
from lambda_migrate.errors import ConfigError, Interrupted
from lambda_migrate.http import Answer
from lambda_migrate.render.terminal import Paint
from lambda_migrate.workflow import results
from lambda_migrate.workflow.load import Asked, load

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.workflow.phase import Question

READ = {"rawPath": "/a", "routeKey": "$default", "requestContext": {"http": {"method": "GET"}}, "version": "2.0"}
URL = "https://orders.example.com"
PATIENT = {"minimum_slowdown": 60}
"""What a busy machine does to the threads of a test is not latency."""


@dataclass
class Service:
    """Answers with `status`; to health checks, once `healthy` of them were good, with `health`."""

    status: int = 200
    health: int = 200
    healthy: int = 0
    looks: int = 0
    sent: list[str] = field(default_factory=list)

    def send(self, _method: str, url: str, **_how: Any) -> Answer:
        self.sent.append(url)
        return Answer(self.status)

    def get(self, _url: str, **_how: Any) -> Answer:
        self.looks += 1
        return Answer(200 if self.looks <= self.healthy else self.health)


@dataclass
class Moments:
    """A clock that moves while the thread that sends sleeps, and not otherwise: no machine is late by it."""

    at: float = 1_790_000_000.0
    sender: int = field(default_factory=threading.get_ident)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        if threading.get_ident() == self.sender:
            self.at += seconds


@dataclass
class Stage:
    """A folder with events, a service, and what was asked."""

    folder: Path
    service: Service = field(default_factory=Service)
    asked: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def context(self) -> Any:
        told: list[str] = []
        moments = Moments()
        return SimpleNamespace(
            migration=Migration.model_validate({"function": "orders", "service": {"url": URL}, "verify": PATIENT}),
            options=SimpleNamespace(config=self.folder / "migration.yaml"),
            folder=self.folder,
            clock=Clock(moments.now, moments.sleep),
            paint=Paint(),
            ledger=SimpleNamespace(projection=SimpleNamespace(runs=[]), identity=None),
            progress=SimpleNamespace(begin=lambda *_: None, end=lambda: None, event=told.append),
            status=lambda: SimpleNamespace(next=("verify", "cutover")),
            call=SimpleNamespace(stop=nullcontext(lambda: self.interrupted)),
            service_client=lambda: nullcontext(self.service),
        )

    def load(self, **more: Any) -> Any:
        source = self.folder / "events.json"
        if not source.exists():
            source.write_text(json.dumps([READ]))

        def confirm(question: Question) -> None:
            self.asked.append(question.text)

        return load(self.context, replace(Asked(source, rates=(50.0, 100.0), each=0.2), **more), confirm)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_rates_that_are_held_pass_and_are_kept_for_the_report(stage: Stage) -> None:
    result = stage.load()

    assert (result.error, result.data["result"], result.data["holds"], result.data["turns"]) == (
        None,
        "pass",
        100,
        None,
    )
    assert [(step["rate"], step["sent"], step["errors"]) for step in result.data["steps"]] == [
        (50, 10, 0),
        (100, 20, 0),
    ]
    assert stage.service.sent == [f"{URL}/a"] * 30
    assert results.kept(stage.context, results.LOAD)["reason"] == result.data["reason"]
    assert result.text.splitlines()[0].startswith(" 50/s  10 sent  p50 ")
    assert result.next == ("cutover",)


def test_what_is_sent_where_is_said_before(stage: Stage) -> None:
    stage.load()

    pace = "50, 100 requests a second, each for 0.2 s; 30 requests at most, none of which changes anything"
    assert stage.asked == [f"Sends 1 read of {stage.folder}/events.json to {URL}, in turn: {pace}.\nLoad it?"]


def test_a_service_that_fails_is_a_fail_and_no_higher_rate_is_tried(stage: Stage) -> None:
    stage.service.status = 503

    result = stage.load(each=1.0)

    assert (result.error.exit_code, len(result.data["steps"]), result.data["turns"]) == (3, 1, 50)
    assert result.data["reason"].startswith("does not hold 50 requests a second: ")


def test_a_service_that_is_not_healthy_is_not_loaded(stage: Stage) -> None:
    stage.service.health = 503

    result = stage.load()

    assert (result.error.exit_code, stage.service.sent) == (7, [])
    assert result.data["reason"].startswith("the service is not healthy before anything is sent: ")


def test_it_stops_once_the_health_check_fails(stage: Stage) -> None:
    stage.service.health, stage.service.healthy = 503, 2

    result = stage.load(rates=(100.0, 200.0), each=600.0)

    assert result.data["reason"].startswith(
        "does not hold 100 requests a second: the service's health check fails: https://orders.example.com/"
    )
    assert len(stage.service.sent) < 60_000


def test_ctrl_c_keeps_nothing(stage: Stage) -> None:
    stage.interrupted = True

    with pytest.raises(Interrupted):
        stage.load()
    assert results.kept(stage.context, results.LOAD) == {}


@pytest.mark.parametrize(
    "url",
    [
        "https://abc.lambda-url.eu-west-1.on.aws/",
        "https://9x2k.execute-api.eu-west-1.amazonaws.com/prod",
        "https://9x2k.execute-api.cn-north-1.amazonaws.com.cn",
        "https://abc.lambda-url.eu-west-1.on.aws.",
    ],
)
def test_the_function_is_loaded_only_where_that_is_asked_for_and_its_price_is_said(url: str, stage: Stage) -> None:
    with pytest.raises(ConfigError) as refused:
        stage.load(against=url)
    assert (stage.asked, stage.service.sent) == ([], [])
    assert refused.value.message == f"`{url.rstrip('/')}` reaches the function, which serves production"

    stage.service.health = 404  # it has no such paths
    result = stage.load(against=url, function=True)

    assert result.error is None
    assert "\nLambda charges about $0.00 for them, and their duration.\n" in stage.asked[0]


@pytest.mark.parametrize(
    "url", ["orders.example.com", "ftp://orders.example.com", "https://", "https://a.example.com:x"]
)
def test_what_is_not_a_url_is_refused(url: str, stage: Stage) -> None:
    with pytest.raises(ConfigError, match=f"`--against`: `{url.rstrip('/')}` is not the URL of a service"):
        stage.load(against=url)


@pytest.mark.parametrize("user", ["ada:hunter2Zq", ":hunter2Zq", "hunter2Zq"])
def test_a_password_in_the_url_is_refused_and_not_repeated(user: str, stage: Stage) -> None:
    with pytest.raises(ConfigError, match="cannot hold a user or a password") as refused:
        stage.load(against=f"https://{user}@orders.example.com")

    assert "hunter2Zq" not in f"{refused.value.message} {refused.value.hint}"
    assert (stage.asked, stage.service.sent) == ([], [])


def test_plain_http_is_refused_unless_it_is_this_machine(stage: Stage) -> None:
    with pytest.raises(ConfigError, match="is plain HTTP"):
        stage.load(against="http://orders.example.com")

    assert stage.load(against="http://127.0.0.1:8000").error is None


def test_a_folder_without_reads_says_what_it_holds(stage: Stage) -> None:
    write = {**READ, "requestContext": {"http": {"method": "POST"}}}
    (stage.folder / "events.json").write_text(json.dumps([write, write]))

    with pytest.raises(ConfigError) as refused:
        stage.load()

    assert refused.value.message.endswith(
        "events.json` holds no requests that only read: 2 events may change something"
    )


def test_a_result_that_cannot_be_read_is_none(stage: Stage) -> None:
    place = results.path_of(stage.context, results.LOAD)
    place.parent.mkdir()
    for content in (b"", b"[]", b"{", b'{"at": 1}', b"\xff"):
        place.write_bytes(content)
        assert results.kept(stage.context, results.LOAD) == {}
