"""Who receives what the embedded AWS delivers: a function behind an alias, and a service on this machine."""

from __future__ import annotations

import asyncio
import http.client
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from lambda_migrate_service.consumer import Polling
from lambda_migrate_service.context import Function
from lambda_migrate_service.dispatch import Dispatcher

from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws


VERSION_OF = "def handler(event, context):\n  return context.function_version\n"
"""A function that answers with its version."""

REMEMBERS = """
import boto3, json, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody=json.dumps(
        {"event": event, "arn": context.invoked_function_arn, "version": context.function_version}))
    return {"statusCode": 200, "body": context.function_version}
"""


@dataclass
class Service:
    """A service that remembers what it was sent."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def running(service: Service, port: int = 0) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = {"method": self.command, "target": self.path, "headers": headers, "body": body}
            service.requests.append(seen)
            self.send_response(service.statuses.pop(0) if service.statuses else 200)
            self.send_header("Set-Cookie", "a=1; Path=/")
            self.send_header("Set-Cookie", "b=2; Path=/")
            self.send_header("Location", "/elsewhere")
            self.send_header("X-Answer", "42")
            self.send_header("Content-Length", "2")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"ok")

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815  # the names that http.server calls

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Aliased:
    """A function with two versions, and an alias that sends everything to the second."""

    name: str
    arn: str
    alias_arn: str
    seen: Callable[[], list[dict[str, Any]]]


def allow(client: Callable[[str], Any], function: Aliased, service: str, source_arn: str, **qualifier: str) -> None:
    client("lambda").add_permission(
        FunctionName=function.name,
        StatementId=service.partition(".")[0],
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source_arn,
        **qualifier,
    )


def make_api(client: Callable[[str], Any], name: str, **integration: Any) -> tuple[str, str]:
    """Return the ids of an HTTP API and its integration; everything goes there."""
    gateway = client("apigatewayv2")
    api = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    made = gateway.create_integration(ApiId=api, **integration)["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{made}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api, made


def ask(aws: EmbeddedAws, api: str, target: str, method: str = "GET", **options: Any) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=TIMEOUT)
    connection.request(method, f"/_aws/execute-api/{api}/$default{target}", **options)
    return connection.getresponse()


@contextmanager
def consuming(queue: str) -> Iterator[list[Any]]:
    """Consume a queue of notifications as the service does; yields the events that its handler has got so far."""
    events: list[Any] = []
    started, stop = threading.Event(), threading.Event()

    async def run() -> None:
        dispatcher = Dispatcher(lambda event, _context: events.append(event), workers=2, handlers={})
        (consumer,) = Polling(wait=1, notifications=(queue,)).consumers(dispatcher, Function("o", "", "", 128, 3.0))
        await consumer.start()
        started.set()
        await asyncio.get_running_loop().run_in_executor(None, stop.wait)
        await consumer.stop()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert started.wait(TIMEOUT)
        yield events
    finally:
        stop.set()
        thread.join()
