"""The function on the embedded AWS in all its versions, and the service behind the proxy."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lambda_migrate.aws.session import Aws
from lambda_migrate.config import Proxy
from lambda_migrate.proxy import layer
from lambda_migrate.sandbox import package
from lambda_migrate.scaffold import FunctionFacts
from tests.sandbox.end_to_end import notebook, service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

SOURCE = Path(__file__).parent / "function"
HANDLER = "observer.main.handler"
KEYS = "first:a-secret-of-the-tests,second:another"
TIMEOUT = 20

ORIGINAL, PROXIED = "original", "proxied"
BOTH = (ORIGINAL, PROXIED)
STRANDED, CAUTIOUS, ONLY_API, ONLY_EVENTS = "stranded", "cautious", "only-api", "only-events"

DOOMED = {"marker": "doomed", "wish": {"raise": "OutOfStock", "message": ["17: ☕"]}}
"""An event that every version fails on, each time."""


@dataclass(frozen=True)
class Stage:
    """Where everything is.

    Attributes:
        aws: The embedded AWS.
        port: Where it listens.
        notebook: What the non-API branch received.
        function: Name of the function.
        arn: Its ARN, unqualified.
        service_url: The service.
        versions: The version behind each alias.
        dead_letters: URL of the queue for asynchronous events that failed.
    """

    aws: Aws
    port: int
    notebook: notebook.Notebook
    function: str
    arn: str
    service_url: str
    dead_letters: str
    versions: dict[str, str] = field(default_factory=dict)

    def qualified(self, alias: str) -> str:
        """Return the ARN of an alias."""
        return f"{self.arn}:{alias}"

    def names(self, alias: str) -> dict[str, str]:
        """Return what an alias is called, for :func:`exchange.comparable`."""
        return {self.qualified(alias): "<function>"}

    def allow(self, service_name: str, source_arn: str | None = None) -> None:
        """Let an AWS service invoke both versions."""
        source = {"SourceArn": source_arn} if source_arn else {}
        for alias in BOTH:
            self.aws.call(
                "lambda",
                "add_permission",
                FunctionName=self.function,
                Qualifier=alias,
                StatementId=uuid4().hex,
                Action="lambda:InvokeFunction",
                Principal=f"{service_name}.amazonaws.com",
                **source,
            )

    def invoke(self, alias: str, event: Any, **options: Any) -> dict[str, Any]:
        """Invoke a qualifier; returns status, payload and function error."""
        parameters = {"FunctionName": self.function, "Qualifier": alias, "Payload": json.dumps(event), **options}
        answer = self.aws.call("lambda", "invoke", **parameters)
        text = answer["Payload"].read().decode()
        return {
            "status": answer["StatusCode"],
            "version": answer.get("ExecutedVersion"),
            "error": answer.get("FunctionError"),
            "payload": json.loads(text) if text else None,
        }

    def queue(self, name: str, **attributes: str) -> tuple[str, str]:
        """Make a queue; returns its URL and ARN."""
        url = self.aws.call("sqs", "create_queue", QueueName=name, Attributes=attributes)["QueueUrl"]
        found = self.aws.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    def messages(self, queue_url: str) -> list[str]:
        """Return the bodies of the messages that lie in a queue, and take them away."""
        found = self.aws.call("sqs", "receive_message", QueueUrl=queue_url, MaxNumberOfMessages=10)
        for message in found.get("Messages", ()):
            self.aws.call("sqs", "delete_message", QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in found.get("Messages", ())]


@contextmanager
def set_up(embedded: EmbeddedAws, directory: Path) -> Iterator[Stage]:
    """Deploy the function, publish its versions and run the service."""
    aws = Aws(region=embedded.region, endpoint_url=embedded.endpoint_url)
    name = f"observer-{uuid4().hex[:8]}"
    facts = FunctionFacts(
        name=name,
        region=embedded.region,
        account=embedded.account,
        runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        handler=HANDLER,
        timeout=TIMEOUT,
    )
    service.write(SOURCE, directory / "service", facts)
    with notebook.open_notebook() as (notes, notes_url), _closed_port() as closed:
        variables = {"NOTEBOOK": notes_url, "FUNCTION_TIMEOUT": str(TIMEOUT)}
        settings = {"LAMBDA_MIGRATE_SIGNING_KEYS": KEYS, "SERVICE_VERSION": "of the tests"}
        with service.running(directory / "service", {**embedded.environment, **variables, **settings}) as url:
            stage = _deployed(aws, embedded.port, notes, facts, variables, url)
            _publish_all(stage, variables, closed)
            yield stage


def _deployed(
    aws: Aws, port: int, notes: notebook.Notebook, facts: FunctionFacts, variables: dict[str, str], url: str
) -> Stage:
    stage = Stage(aws, port, notes, facts.name, "", url, "")
    dead_letters, dead_letters_arn = stage.queue(f"{facts.name}-dead-letters")
    arn = aws.call(
        "lambda",
        "create_function",
        FunctionName=facts.name,
        Runtime=facts.runtime,
        Handler=facts.handler,
        Role=f"arn:aws:iam::{facts.account}:role/observer",
        Code={"ZipFile": package.build(SOURCE)},
        Timeout=TIMEOUT,
        MemorySize=facts.memory,
        Environment={"Variables": variables},
        DeadLetterConfig={"TargetArn": dead_letters_arn},
    )["FunctionArn"]
    aws.wait_function_updated(facts.name)
    return Stage(aws, port, notes, facts.name, arn, url, dead_letters)


def _publish_all(stage: Stage, variables: dict[str, str], closed: str) -> None:
    """Publish the original and, with the layer, every way of proxying; ``$LATEST`` is left as the last."""
    _publish(stage, ORIGINAL)
    built = layer.build()
    carried = stage.aws.call(
        "lambda", "publish_layer_version", LayerName=f"{stage.function}-proxy", Content={"ZipFile": built.content}
    )["LayerVersionArn"]
    stage.aws.call(
        "lambda",
        "update_function_configuration",
        FunctionName=stage.function,
        Handler=built.handler,
        Layers=[carried],
    )
    ways: dict[str, dict[str, str]] = {
        STRANDED: {"service_url": closed, "events": "all", "fallback": "connect"},
        CAUTIOUS: {"service_url": closed, "events": "all"},
        ONLY_API: {"service_url": stage.service_url, "events": "api"},
        ONLY_EVENTS: {"service_url": stage.service_url, "events": "non-api"},
        PROXIED: {"service_url": stage.service_url, "events": "all"},
    }
    for alias, settings in ways.items():
        stage.aws.wait_function_updated(stage.function)
        told = Proxy(base_path="/api", fallback=settings.pop("fallback", "never"))
        proxy = layer.environment(told, original_handler=HANDLER, **settings)
        stage.aws.call(
            "lambda",
            "update_function_configuration",
            FunctionName=stage.function,
            Environment={"Variables": {**variables, **proxy, "LAMBDA_MIGRATE_SIGNING_KEYS": KEYS}},
        )
        stage.aws.wait_function_updated(stage.function)
        _publish(stage, alias)


def _publish(stage: Stage, alias: str) -> None:
    version = stage.aws.call("lambda", "publish_version", FunctionName=stage.function)["Version"]
    stage.aws.call(
        "lambda", "create_alias", FunctionName=stage.function, Name=alias, FunctionVersion=version, Description=alias
    )
    stage.versions[alias] = version


@contextmanager
def _closed_port() -> Iterator[str]:
    """Hold a port on which nobody listens, so that connections to it are refused; yields its URL."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
