"""However many invocations there are and whatever becomes of an environment: there are few, and they go on."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from lambda_migrate.sandbox.ministack import environments, pool
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox

DIES = """
import os, time
def handler(event, context):
    if event["dies"]:
        os._exit(1)
    time.sleep(0.02)
    return os.getpid()
"""

STARTS_SECOND = """
import os
from pathlib import Path
try:
    Path(os.environ["MARK"]).touch(exist_ok=False)
except FileExistsError:
    pass
else:
    raise SystemExit("no luck")
def handler(event, context):
    return os.getpid()
"""


@pytest.fixture
def invoke(embedded_aws: EmbeddedAws, unique: str) -> Callable[[dict[str, Any]], str | int]:
    """Invoke the function; what comes is the process that answered, or what was wrong."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=embedded_aws.region)
    once = Config(retries={"total_max_attempts": 1}, read_timeout=60, max_pool_connections=60)
    lambdas = session.client("lambda", endpoint_url=embedded_aws.endpoint_url, config=once)

    def call(event: dict[str, Any]) -> str | int:
        answer = lambdas.invoke(FunctionName=unique, Payload=json.dumps(event))
        document = json.load(answer["Payload"])
        return str(document["errorMessage"]) if "FunctionError" in answer else int(document)

    return call


def processes_of(function: str) -> set[int]:
    """Return the processes that are execution environments of a function: they work in its unpacked code."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                where = str((entry / "cwd").readlink())
            except OSError:
                continue  # it has ended
            if f"/ministack-lambda-{function}-" in where:
                found.add(int(entry.name))
    return found


def test_a_burst_in_which_environments_die_is_answered_by_few_and_all_others_are_well(
    make_function: Callable[..., str], invoke: Callable[[dict[str, Any]], str | int], unique: str
) -> None:
    make_function(DIES)
    events = [{"dies": number % 10 == 3} for number in range(120)]

    with ThreadPoolExecutor(max_workers=60) as threads:
        answers = list(threads.map(invoke, events))

    died = Counter(answer for answer in answers if isinstance(answer, str))
    answered = {answer for answer in answers if isinstance(answer, int)}
    assert died == {"Worker process died": 12}
    assert len(answered) <= pool.ENVIRONMENTS + 12
    assert isinstance(invoke({"dies": False}), int)
    eventually(lambda: len(processes_of(unique)) <= pool.ENVIRONMENTS)


def test_an_environment_that_does_not_start_takes_no_other_along(
    make_function: Callable[..., str], invoke: Callable[[dict[str, Any]], str | int], unique: str, tmp_path: Path
) -> None:
    make_function(STARTS_SECOND, Environment={"Variables": {"MARK": str(tmp_path / "mark")}})

    with ThreadPoolExecutor(max_workers=40) as threads:
        answers = list(threads.map(invoke, [{}] * 40))

    assert [isinstance(answer, str) for answer in answers].count(True) == 1, answers
    assert len({answer for answer in answers if isinstance(answer, int)}) <= pool.ENVIRONMENTS
    assert len(processes_of(unique)) <= pool.ENVIRONMENTS


class Hanging:
    """An environment whose start ends when somebody ends its process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._proc: Any = None

    def kill(self) -> None:
        self._ended.set()

    def _spawn(self) -> None:
        self._proc = self
        assert self._ended.wait(TIMEOUT)
        raise RuntimeError("Worker process exited immediately")


def test_a_start_that_hangs_is_ended() -> None:
    with pytest.raises(RuntimeError, match="exited"):
        environments.ensure_started(Hanging(), deadline=0.05)


def test_who_has_waited_for_too_long_is_throttled() -> None:
    asked: list[Any] = []

    def all_in_use(*_arguments: Any, max_concurrency: int | None, **_options: Any) -> tuple[None, str]:
        asked.append(max_concurrency)
        return None, "func_cap"

    leased = pool.waiting_in_turn(all_in_use, timeout=0.05)("orders", {}, b"", qualifier="1")

    assert leased == (None, "func_cap")
    assert set(asked) == {pool.ENVIRONMENTS}


def test_idle_environments_end_where_there_are_too_many(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    names = [f"{unique}-{number}" for number in range(pool.ALL_ENVIRONMENTS + 2)]
    for name in names:
        make_function(FunctionName=name)

    for name in names:
        client("lambda").invoke(FunctionName=name, Payload=b"{}")

    eventually(lambda: len(processes_of(unique)) <= pool.ALL_ENVIRONMENTS)
    assert processes_of(names[-1])
    assert client("lambda").invoke(FunctionName=names[0], Payload=b"{}")["StatusCode"] == 200
