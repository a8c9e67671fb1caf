"""What the tests of `cutover --direct` share: the function's code, an API that invokes it, a service, and customers."""

from __future__ import annotations

import threading
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.support.listening import Handler
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws

_CODE = """
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()
handler = Mangum(app)
"""
_INTERVAL = 0.05


class Serving(Handler):
    """A healthy service, which says that it was the one; its events endpoint is closed."""

    def serve(self) -> None:
        self.received()
        self.answer(404 if self.command == "POST" else 200, b"the service")


def write_source(folder: Path) -> None:
    """Write the function's code, in the folder that migration.yaml calls ``source``."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "index.py").write_text(_CODE)
    (source / "requirements.txt").write_text("fastapi\nmangum\n")


def http_api(aws: Aws, name: str, function: str) -> str:
    """Make an HTTP API whose one route invokes the function; return its id."""
    api = str(aws.call("apigatewayv2", "create_api", Name=name, ProtocolType="HTTP")["ApiId"])
    to_function = {"IntegrationType": "AWS_PROXY", "IntegrationUri": function, "PayloadFormatVersion": "2.0"}
    made = aws.call("apigatewayv2", "create_integration", ApiId=api, **to_function)["IntegrationId"]
    aws.call("apigatewayv2", "create_route", ApiId=api, RouteKey="$default", Target=f"integrations/{made}")
    aws.call("apigatewayv2", "create_stage", ApiId=api, StageName="$default", AutoDeploy=True)
    _allow(aws, name, api)
    return api


def rest_api(aws: Aws, name: str, function: str) -> str:
    """Make a REST API of which every path invokes the function; return its id."""
    api = str(aws.call("apigateway", "create_rest_api", name=name)["id"])
    root = aws.call("apigateway", "get_resources", restApiId=api)["items"][0]["id"]
    made = aws.call("apigateway", "create_resource", restApiId=api, parentId=root, pathPart="{proxy+}")["id"]
    method = {"restApiId": api, "resourceId": made, "httpMethod": "ANY"}
    aws.call("apigateway", "put_method", **method, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    aws.call("apigateway", "put_integration", **method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    aws.call("apigateway", "create_deployment", restApiId=api, stageName="prod")
    _allow(aws, name, api)
    return api


def _allow(aws: Aws, name: str, api: str) -> None:
    aws.call(
        "lambda",
        "add_permission",
        FunctionName=name,
        StatementId=api,
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:000000000000:{api}/*",
    )


@contextmanager
def repeatedly(ask: Callable[[], object], interval: float = _INTERVAL) -> Iterator[None]:
    """Ask again after each interval, in seconds, for as long as the block lasts."""
    leave = threading.Event()

    def ask_on() -> None:
        while not leave.wait(interval):
            ask()

    thread = threading.Thread(target=ask_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        leave.set()
        thread.join(TIMEOUT)


@contextmanager
def customers(url: str, host: str = "") -> Iterator[list[str]]:
    """Ask about twenty times a second, for as long as the block lasts; list what was answered."""
    answered: list[str] = []

    def ask() -> None:
        asked = urllib.request.Request(url, headers={"host": host} if host else {})  # noqa: S310  # the embedded AWS
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:  # noqa: S310  # as above
                answered.append(answer.read().decode())
        except OSError as error:
            answered.append(str(error))

    with repeatedly(ask):
        yield answered
