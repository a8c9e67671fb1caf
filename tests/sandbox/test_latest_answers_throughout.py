"""While a proxy version is made and rolled back, $LATEST answers as before; the version hands on."""

from __future__ import annotations

import io
import json
import sys
import threading
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.sandbox import web_adapter
from tests.support.images import Recipe, push
from tests.support.screen import call
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = [pytest.mark.sandbox, pytest.mark.processes]

ORIGINAL = '{"who": "original"}'
HANDLER = f"""
def handler(event, context):
    return {{"statusCode": 200, "body": {ORIGINAL!r}}}
"""
APPLICATION = f"""
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Application(BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write({ORIGINAL.encode()!r})

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Application).serve_forever()
"""
RUN = f'#!/bin/sh\nexec "{sys.executable}" -S application.py\n'
REQUEST = {
    "version": "2.0",
    "rawPath": "/orders",
    "rawQueryString": "",
    "headers": {"host": "api.example.com"},
    "requestContext": {"http": {"method": "GET", "path": "/orders", "sourceIp": "192.0.2.1"}, "stage": "$default"},
    "isBase64Encoded": False,
}
SECRET = "throughout/keys"
MOMENTS = 5


def packed(files: dict[str, bytes]) -> bytes:
    """Return a zip in which everything may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


@pytest.fixture(params=["zip", "web adapter", "image"])
def function(
    request: pytest.FixtureRequest, make_function: Callable[..., str], client: Callable[[str], Any], unique: str
) -> str:
    """A function: a handler in a module, an application under the web adapter, or a handler in a container image."""
    if request.param == "zip":
        make_function(HANDLER)
        return unique
    if request.param == "image":
        uri = push(client("ecr"), unique, Recipe([{"var/task/app.py": HANDLER.encode()}]).build(), "v1")
        lambdas, role = client("lambda"), f"arn:aws:iam::000000000000:role/{unique}"
        lambdas.create_function(FunctionName=unique, Role=role, PackageType="Image", Code={"ImageUri": uri}, Timeout=10)
        waiter = lambdas.get_waiter("function_active_v2")
        waiter.wait(FunctionName=unique, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
        return unique
    layer = client("lambda").publish_layer_version(
        LayerName=f"{unique}-LambdaAdapterLayerX86", Content={"ZipFile": packed(web_adapter.LAYER)}
    )
    code = packed({"application.py": APPLICATION.encode(), "run.sh": RUN.encode()})
    make_function(
        Handler="run.sh",
        Layers=[layer["LayerVersionArn"]],
        Code={"ZipFile": code},
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}},
    )
    return unique


def asked(client: Any, function: str, qualifier: str) -> Any:
    """Return what one invocation answers."""
    answer = client.invoke(FunctionName=function, Qualifier=qualifier, Payload=json.dumps(REQUEST))
    result = json.loads(answer["Payload"].read())
    return (0, result) if "FunctionError" in answer else (result["statusCode"], result["body"])


@contextmanager
def asking(client: Any, function: str) -> Iterator[list[Any]]:
    """Ask $LATEST ten times a second, at most three times at once, and note what it answers."""
    answers: list[Any] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers.append(asked(client, function, "$LATEST"))
            over.wait(0.3)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
        over.wait(0.1)
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.mark.long(30)
def test_latest_answers_as_before_at_every_moment_of_a_deployment_and_of_its_way_back(
    function: str,
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in embedded_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    secrets, lambdas = client("secretsmanager"), client("lambda")
    if all(each["Name"] != SECRET for each in secrets.list_secrets()["SecretList"]):
        secrets.create_secret(Name=SECRET, SecretString="k1:a-secret-of-the-tests")
    with serving() as service, asking(lambdas, function) as answers:
        configure(tmp_path, function, service.url)
        deployed = call("proxy", "deploy", "--yes")
        version = lambdas.list_versions_by_function(FunctionName=function)["Versions"][-1]["Version"]
        through = asked(lambdas, function, version)
        back = call("rollback", "--yes")

    assert (deployed.code, back.code) == (0, 0), deployed.err + back.err
    assert through[0] == 200, through
    assert json.loads(through[1])["service"] == "orders"
    assert [each for each in answers if each != (200, ORIGINAL)] == []
    assert len(answers) > MOMENTS


def configure(folder: Path, function: str, url: str) -> None:
    lines = [
        f"function: {function}",
        f"service: {{url: '{url}'}}",
        f"proxy: {{signing_keys: 'secretsmanager:{SECRET}'}}",
    ]
    (folder / "migration.yaml").write_text("\n".join(lines))
