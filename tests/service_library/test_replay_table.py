"""One memory of what has come for all hosts, in a DynamoDB table as moto has it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries import replay
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH, EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.deliveries.replay_table import ReplayTable
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.environment import Environment
from lambda_migrate_service.proxy import LambdaProxy
from moto import mock_aws

from tests.service_library.calling import Recorder, call
from tests.service_library.signer import signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)
TABLE = "replays"


class OneCallAtATime:
    """A client whose calls follow one another: DynamoDB judges a condition and writes in one step, moto in two."""

    def __init__(self, client: Any) -> None:
        self._client, self._turn = client, threading.Lock()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def take_turns(**arguments: Any) -> Any:
            with self._turn:
                return call(**arguments)

        return take_turns


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def test_each_message_is_taken_by_one_of_all_hosts(dynamodb: Any) -> None:
    table = OneCallAtATime(dynamodb)
    hosts = [ReplayTable(TABLE, "orders/proxy", 300.0, client=table) for _ in range(4)]
    names, sent = [f"{number:032x}" for number in range(20)], time.time()

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda host: [name for name in names if host.claim(name, sent)], hosts)

    assert sorted(name for taken in found for name in taken) == names
    assert [hosts[0].has(names[0], sent), hosts[0].has("another", sent)] == [True, False]
    item = dynamodb.get_item(TableName=TABLE, Key={"id": {"S": f"orders/proxy/{names[0]}"}})["Item"]
    assert item["expires"] == {"N": str(int(sent + 1200))}


def test_a_message_is_handled_by_one_host_at_a_time(dynamodb: Any) -> None:
    now = [1000.0]
    hosts = [ReplayTable(TABLE, "orders/sns", 3900.0, clock=lambda: now[0], client=dynamodb) for _ in range(2)]

    assert [host.begin("a", 1000.0, 60.0) for host in hosts] == ["begun", "running"]
    hosts[0].end("a", 1000.0, done=False)
    assert [host.begin("a", 1000.0, 60.0) for host in hosts] == ["begun", "running"]
    now[0] += 61.0
    assert hosts[1].begin("a", 1000.0, 60.0) == "begun"
    hosts[1].end("a", 1000.0, done=True)
    assert [host.begin("a", 1000.0, 60.0) for host in hosts] == ["done", "done"]
    assert dynamodb.scan(TableName=TABLE)["Items"] == [{"id": {"S": "orders/sns/a"}, "expires": {"N": "9400"}}]


def test_while_the_table_is_not_reached_no_message_is_begun(dynamodb: Any) -> None:
    assert ReplayTable("missing", "orders/sns", 3900.0, client=dynamodb).begin("a", 0.0, 60.0) == "running"


def test_services_and_kinds_share_a_table_and_no_ids(dynamodb: Any) -> None:
    kinds = ("orders/proxy", "orders/sns", "parcels/proxy")
    assert [ReplayTable(TABLE, kind, 300.0, client=dynamodb).claim("a", 0.0) for kind in kinds] == [True] * 3


def test_while_the_table_is_not_reached_nothing_is_taken(dynamodb: Any, caplog: pytest.LogCaptureFixture) -> None:
    replays = ReplayTable("missing", "orders/proxy", 300.0, clock=lambda: 1000.0, client=dynamodb)

    assert (replays.claim("a", 0.0), replays.has("a", 0.0)) == (False, False)
    assert [record.getMessage() for record in caplog.records] == [
        "deliveries cannot be remembered in table missing, so they are refused",
        "table missing could not be read",
    ]
    assert [replays.is_fresh(sent) for sent in (700.0, 1300.0, 699.0, 1301.0)] == [True, True, False, False]


def test_the_environment_chooses_the_memory(tmp_path: Path) -> None:
    assert isinstance(replay.store(Environment({}), "orders/sns", tmp_path, 300.0), Replays)
    environment = Environment({"LAMBDA_MIGRATE_REPLAY_TABLE": TABLE})
    assert isinstance(replay.store(environment, "orders/sns", tmp_path, 300.0), ReplayTable)


def test_an_event_that_one_host_has_taken_is_refused_by_another(dynamodb: Any, tmp_path: Path) -> None:
    variables = {"LAMBDA_MIGRATE_REPLAY_TABLE": TABLE, "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:s"}
    doors = []
    for host in ("one", "two"):
        proxy = LambdaProxy.read(Environment(dict(variables)), FUNCTION, tmp_path / host)
        dispatcher = Dispatcher(lambda _event, _context: None, workers=1, handlers={})
        doors.append(EventsEndpoint(Recorder(), [proxy.events], dispatcher))
    body = b'{"event": {}}'
    headers = signed("POST", EVENTS_PATH, body, key="k1:s")

    assert [call(door, "POST", EVENTS_PATH, headers, body).status for door in (*doors, doors[0])] == [200, 404, 404]
    assert dynamodb.scan(TableName=TABLE)["Count"] == 1
