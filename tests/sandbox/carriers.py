"""One function in each of the five carriers, who calls it, and the service that it moves to."""

from __future__ import annotations

import http.client
import io
import json
import sys
import threading
import time
import zipfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lambda_migrate.sandbox import web_adapter
from tests.sandbox.receiving import make_api
from tests.support.images import Recipe, push
from tests.support.listening import Handler, Server
from tests.support.ports import reserved_port
from tests.support.service import HEALTH
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

ORIGINAL = {"who": "original"}
NOTING = """
import os
def note(identifier):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(identifier + "\\n")
def note_all(event):
    for record in event["Records"]:
        note(record["Sns"]["Message"])
"""
HANDLER = f"""
import json
from noting import note, note_all
def handler(event, context):
    if "Records" in event:
        return note_all(event)
    note(event["rawPath"].rpartition("/")[2])
    return {{"statusCode": 200, "body": json.dumps({ORIGINAL!r})}}
"""
MANGUM = f"""
import json
from mangum import Mangum
from noting import note, note_all
async def application(scope, receive, send):
    note(scope["path"].rpartition("/")[2])
    headers = [(b"content-type", b"application/json")]
    await send({{"type": "http.response.start", "status": 200, "headers": headers}})
    await send({{"type": "http.response.body", "body": json.dumps({ORIGINAL!r}).encode()}})
answer = Mangum(application, lifespan="off")
def handler(event, context):
    return note_all(event) if "Records" in event else answer(event, context)
"""
SERVER = f"""
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from noting import note, note_all
class Application(BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def answer(self, body):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if self.path != "/":  # which asks whether it is ready
            note(self.path.rpartition("/")[2])
        self.answer(json.dumps({ORIGINAL!r}).encode())
    def do_POST(self):
        note_all(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.answer(b"null")
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Application).serve_forever()
"""
RUN = f'#!/bin/sh\nexec "{sys.executable}" -S server.py\n'
REQUEST = {
    "version": "2.0",
    "rawPath": "/orders/latest",
    "rawQueryString": "",
    "headers": {"host": "api.example.com"},
    "requestContext": {
        "http": {"method": "GET", "path": "/orders/latest", "sourceIp": "192.0.2.1"},
        "stage": "$default",
    },
    "isBase64Encoded": False,
}
"""What an HTTP API hands to a function."""

RUNTIME_CLIENT = Recipe(
    [{"app/app.py": HANDLER.encode(), "app/noting.py": NOTING.encode()}],
    entry_point=("python", "-m", "awslambdaric"),
    variables=("PATH=/usr/local/bin:/usr/bin", "PYTHON_VERSION=3.12.4"),
    folder="/app",
)
BASE_IMAGE = Recipe([{"var/task/app.py": HANDLER.encode(), "var/task/noting.py": NOTING.encode()}])
ADAPTER_IMAGE = Recipe(
    [
        {f"opt/{web_adapter.EXTENSION}": b"the sandbox has a stand-in of its own\n"},
        {"srv/server.py": SERVER.encode(), "srv/noting.py": NOTING.encode()},
    ],
    entry_point=(),
    command=("python", "-S", "server.py"),
    variables=("PATH=/usr/local/bin:/usr/bin", "PYTHON_VERSION=3.12.4", "PORT=8080"),
    history=("COPY /lambda-adapter /opt/extensions/lambda-adapter # buildkit", "COPY . ."),
    folder="/srv",
)
CARRIERS = ("zip with Mangum", "base image", "runtime client image", "web adapter zip", "web adapter image")


def packed(files: dict[str, bytes]) -> bytes:
    """Return a zip in which everything may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def create(carrier: str, client: Callable[[str], Any], name: str, variables: dict[str, str]) -> str:
    """Make the function; return its ARN."""
    lambdas = client("lambda")
    images = {"base image": BASE_IMAGE, "runtime client image": RUNTIME_CLIENT, "web adapter image": ADAPTER_IMAGE}
    how: dict[str, Any] = {"Runtime": "python3.12"}
    if carrier in images:
        uri = push(client("ecr"), name, images[carrier].build(), "v1")
        how = {"PackageType": "Image", "Code": {"ImageUri": uri}}
    elif carrier == "web adapter zip":
        layer = lambdas.publish_layer_version(
            LayerName=f"{name}-LambdaAdapterLayerX86", Content={"ZipFile": packed(web_adapter.LAYER)}
        )
        variables = {**variables, "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}
        files = {"server.py": SERVER.encode(), "noting.py": NOTING.encode(), "run.sh": RUN.encode()}
        how |= {"Handler": "run.sh", "Layers": [layer["LayerVersionArn"]], "Code": {"ZipFile": packed(files)}}
    else:
        files = {"app.py": MANGUM.encode(), "noting.py": NOTING.encode()}
        how |= {"Handler": "app.handler", "Code": {"ZipFile": packed(files)}}
    made = lambdas.create_function(
        FunctionName=name,
        Role=f"arn:aws:iam::000000000000:role/{name}",
        Timeout=10,
        Environment={"Variables": variables},
        **how,
    )
    waiter = lambdas.get_waiter("function_active_v2")
    waiter.wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    return str(made["FunctionArn"])


def called_by(client: Callable[[str], Any], name: str, arn: str) -> tuple[str, str]:
    """Let an HTTP API and a topic call the function; return the API's id and the topic's ARN."""
    topic = client("sns").create_topic(Name=name)["TopicArn"]
    api, _ = make_api(client, name, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0")
    sources = {
        "apigateway": f"arn:aws:execute-api:{topic.split(':')[3]}:{topic.split(':')[4]}:{api}/*/*",
        "sns": topic,
    }
    for service, source in sources.items():
        client("lambda").add_permission(
            FunctionName=name,
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            SourceArn=source,
        )
    client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    return api, topic


@dataclass
class KillableService:
    """A service that notes whatever a proxy hands to it, and can be killed and started again."""

    port: int
    noted: list[str] = field(default_factory=list)
    _server: Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        noted = self.noted

        class Serving(Handler):
            def serve(self) -> None:
                content = self.received()
                signed = "x-lambda-migrate-signature" in self.headers
                if self.command == "POST" and signed:
                    noted.extend(_messages(json.loads(content)))
                elif "/orders/" in self.path and signed:
                    noted.append(self.path.rpartition("/")[2])
                known = signed or self.path in HEALTH
                body = json.dumps({"service": "orders", "version": "1", "consumers": [], "who": "service"}).encode()
                self.answer(200 if known else 404, body, {"content-type": "application/json", "connection": "close"})

        self._server = Server(("127.0.0.1", self.port), Serving)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def kill(self) -> None:
        """Take no connection any more; whoever has one is answered."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.socket.setblocking(False)
        while True:
            try:
                request, address = self._server.get_request()
            except OSError:
                break
            request.setblocking(True)
            self._server.process_request(request, address)
        self._server.server_close()
        self._server = None


def _messages(told: Any) -> Iterator[str]:
    """Yield the messages of SNS in what a proxy posts, wherever they stand."""
    if isinstance(told, dict):
        if isinstance(told.get("Sns"), dict):
            yield told["Sns"]["Message"]
        for value in told.values():
            yield from _messages(value)
    elif isinstance(told, list):
        for value in told:
            yield from _messages(value)


@contextmanager
def killable() -> Iterator[KillableService]:
    with reserved_port() as port:
        service = KillableService(port)
        service.start()
        try:
            yield service
        finally:
            service.kill()


@dataclass
class Traffic:
    """Customers and a topic, until the block ends; every request and every event has an id."""

    aws: EmbeddedAws
    client: Callable[[str], Any]
    function: str
    api: str
    topic: str
    notes: Path
    service: KillableService
    requests: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    failed: list[Any] = field(default_factory=list)
    by: Counter[str] = field(default_factory=Counter)
    latest: list[Any] = field(default_factory=list)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        with _repeated(self._request, 0.2), _repeated(self._publish, 0.4):
            yield

    @contextmanager
    def latest_asked(self) -> Iterator[None]:
        """Ask $LATEST ten times a second: three threads, each 0.3 s after it began with the last."""
        with _repeated(self._ask, 0.3), _repeated(self._ask, 0.3, 0.1), _repeated(self._ask, 0.3, 0.2):
            yield

    def lost(self) -> set[str]:
        """Return the ids that neither the original nor the service has noted."""
        return (self.requests | self.events) - {*self.notes.read_text().split(), *self.service.noted}

    def _request(self) -> None:
        identifier = f"request-{uuid4().hex}"
        self.requests.add(identifier)
        connection = http.client.HTTPConnection("127.0.0.1", self.aws.port, timeout=TIMEOUT)
        try:
            connection.request("GET", f"/_aws/execute-api/{self.api}/$default/orders/{identifier}")
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == http.client.OK:
                self.by[json.loads(body)["who"]] += 1
            else:
                self.failed.append((answer.status, body))
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(error)
        finally:
            connection.close()

    def _publish(self) -> None:
        identifier = f"event-{uuid4().hex}"
        self.client("sns").publish(TopicArn=self.topic, Message=identifier)
        self.events.add(identifier)

    def _ask(self) -> None:
        answer = self.client("lambda").invoke(FunctionName=self.function, Payload=json.dumps(REQUEST))
        result = json.loads(answer["Payload"].read())
        told = result.get("statusCode"), result.get("body")
        self.latest.append(result if "FunctionError" in answer else (told[0], json.loads(told[1])))


@contextmanager
def _repeated(act: Callable[[], None], pace: float, first: float = 0.0) -> Iterator[None]:
    over = threading.Event()

    def run() -> None:
        due = time.monotonic() + first
        while not over.wait(max(0.0, due - time.monotonic())):
            due = time.monotonic() + pace
            act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
