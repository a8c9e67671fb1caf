"""The signing key is rotated under load: the function's proxy, the service that `init` writes, and the command line."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import pytest

from lambda_migrate import config
from lambda_migrate.function import signing_keys
from lambda_migrate.scaffold import FunctionFacts
from lambda_migrate.verify import health, signing_key
from tests.events import requests
from tests.sandbox.end_to_end import service
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.support.forked import Loaded

pytestmark = pytest.mark.sandbox

SOURCE = """
from fastapi import FastAPI, Request
from mangum import Mangum

app = FastAPI()


@app.get("/orders")
def orders(request: Request) -> dict:
    return {"signed": "aws.event" in request.scope, "version": request.scope["aws.context"].function_version}


http = Mangum(app, lifespan="off")


def handler(event, context):
    if "requestContext" in event:
        return http(event, context)
    return {"signed": True, "version": context.function_version, "number": event["number"]}
"""


@dataclass
class Load:
    """Requests and events without a pause, through the alias; everything but a signed answer is a failure."""

    client: Any
    function: str
    versions: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._send, args=(send,)) for send in (self._request, self._event)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self, send: Callable[[int], dict[str, Any]]) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            try:
                answer = send(number)
                assert answer["signed"], answer
            except Exception as error:  # noqa: BLE001  # whatever a caller would see is a failure
                self.failures.append(repr(error))
            else:
                self.versions[answer["version"]] += 1
            self._stop.wait(0.01)

    def _request(self, _number: int) -> dict[str, Any]:
        answer = self._invoke(requests.http_api_2("GET", "/orders"))
        assert answer["statusCode"] == 200, answer
        body: dict[str, Any] = json.loads(answer["body"])
        return body

    def _event(self, number: int) -> dict[str, Any]:
        answer = self._invoke({"number": number})
        assert answer["number"] == number
        return answer

    def _invoke(self, event: Any) -> dict[str, Any]:
        answer = self.client.invoke(FunctionName=self.function, Qualifier="live", Payload=json.dumps(event))
        document: dict[str, Any] = json.load(answer["Payload"])
        assert "FunctionError" not in answer, document
        return document


@dataclass(frozen=True)
class Stage:
    """A user in a folder with a migration.yaml; everything that commands print is kept."""

    folder: Path
    function: str
    aws: Aws
    printed: list[str]
    loaded: Loaded

    @property
    def secret(self) -> str:
        return f"secretsmanager:{self.function}/keys"

    def configure(self, url: str) -> None:
        (self.folder / "migration.yaml").write_text(
            f"function: {self.function}\n"
            f"service: {{url: '{url}', directory: service}}\n"
            f"proxy: {{signing_keys: '{self.secret}', fallback: never}}\n"
            "verify: {timeout: 20s, minimum_invocations: 5, metric_period: 1s, arrival: 5s}\n"
        )

    def run(self, command: str) -> None:
        """Run a command, as a process of its own; it has to succeed."""
        process = self.loaded.start(*command.split(), folder=self.folder, environment=os.environ)
        out, err = process.communicate(2 * TIMEOUT)
        self.printed.extend((out, err))
        assert process.returncode == 0, f"{command}: {out}{err}"

    def keys(self) -> signing_keys.SigningKeys:
        return signing_keys.read(self.aws, self.secret)

    def accepts(self, identifier: str, secret: str) -> bool:
        """Ask the service."""
        with health.client() as client:
            return not signing_key.probe(config.load(self.folder / "migration.yaml"), client, identifier, secret)

    def go_live(self) -> None:
        """Point the alias at the proxy version, as after a cutover."""
        listed = self.aws.pages("lambda", "list_versions_by_function", "Versions", FunctionName=self.function)
        (number,) = [each["Version"] for each in listed if each["Description"].startswith("lambda-migrate proxy")]
        self.aws.call("lambda", "create_alias", FunctionName=self.function, Name="live", FunctionVersion=number)


@pytest.fixture
def stage(tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str, loaded: Loaded) -> Stage:
    make_function(SOURCE)
    return Stage(tmp_path, unique, aws, [], loaded)


@pytest.fixture
def service_url(stage: Stage, embedded_aws: EmbeddedAws) -> Iterator[str]:
    """The service, its keys given by reference; it makes the first key too, which the service cannot start without."""
    stage.configure("http://127.0.0.1:9")
    stage.run("proxy rotate-key --yes")
    source = stage.folder / "source"
    source.mkdir()
    (source / "index.py").write_text(SOURCE)
    (source / "requirements.txt").write_text("fastapi\nmangum\n")
    facts = FunctionFacts(
        name=stage.function,
        region=embedded_aws.region,
        account=embedded_aws.account,
        runtime="python3.12",
        handler="index.handler",
    )
    service.write(source, stage.folder / "service", facts)
    settings = {"LAMBDA_MIGRATE_SIGNING_KEYS": stage.secret, "LAMBDA_MIGRATE_SIGNING_KEYS_REFRESH": "1"}
    with service.running(stage.folder / "service", {**embedded_aws.environment, **settings}) as url:
        stage.configure(url)
        yield url


@pytest.mark.long(20)
def test_the_signing_key_is_rotated_under_load_and_no_request_fails(
    stage: Stage, service_url: str, client: Callable[[str], Any]
) -> None:
    stage.run("proxy deploy --events all --yes")
    stage.go_live()
    first = stage.keys()

    with Load(client("lambda"), stage.function) as load:
        eventually(lambda: load.versions.total() > 20)
        stage.run("proxy rotate-key --weights 50,100 --bake 3s --yes")
        both = stage.keys()
        stage.run("proxy rotate-key --finish --yes")
        eventually(lambda: not stage.accepts(*first.pairs[0]))
        seen = load.versions.total()
        eventually(lambda: load.versions.total() > seen + 20)

    assert load.failures == []
    assert sorted(load.versions) == ["2", "3"]
    assert load.versions.total() > 200
    assert [first.identifiers, both.identifiers, stage.keys().identifiers] == [["k1"], ["k2", "k1"], ["k2"]]
    assert stage.accepts(*both.pairs[0])
    assert traces(stage, both) == []


def traces(stage: Stage, keys: signing_keys.SigningKeys) -> list[str]:
    """Return where a secret can be read: in the ledger, in what commands printed, in the service's log."""
    texts = {"printed": "".join(stage.printed)}
    files = [path for path in stage.folder.rglob("*") if path.suffix in (".yaml", ".log", ".json", ".lock")]
    texts |= {path.name: path.read_text(errors="replace") for path in files}
    assert {"ledger.yaml", "service.log", "migration.yaml"} <= set(texts)
    return [name for name, text in texts.items() for _, secret in keys.pairs if secret in text]
