"""What `init` is told: the function as it is in AWS, and what the user asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lambda_migrate.analyzer import AcceptedRule
    from lambda_migrate.scaffold.compiled import Resolve

DEFAULT_PYTHON = "3.12"
OLDEST_MINOR = 9
"""Of Python 3, that the service runs on."""
AROUND = "around"
"""What the record of a repository has among its parts where the handler runs around the application."""
LARGEST_CONCURRENCY = 100
PARTS = ("api-destination", "sns", "sqs")
"""Parts that a service is put together with only where the function has a trigger that needs them."""


@dataclass(frozen=True)
class FunctionFacts:
    """The function as it is in AWS; with source code alone, only the name is known.

    Attributes:
        name: Its name.
        runtime: For example ``python3.12``; "" where it is not known.
        handler: As configured, for example ``app.main.handler``; "" where it is not known.
        timeout: Seconds.
        memory: Megabytes.
        environment: Variables with their values. What looks like a secret is never written anywhere.
        policies: Policies of the role: name or ARN → document, or None where only AWS has it.
        layers: ARNs, in order.
        reserved_concurrency: Of the function, None where it has none.
        peak_concurrency: The most invocations seen at once, None where nobody looked.
        code_sha256: As AWS tells it.
        parts: What its triggers need of the service, of `PARTS`.
        routes: Keys of the API routes that reach it, for example ``ANY /tickets/{proxy+}``.
        arn: The function's, unqualified; "" where it is not known.
        topics: ARNs of the SNS topics that invoke it.
        queues: URLs of the SQS queues that invoke it.
        endpoint: URL of the emulator on this machine that it is in; "" where it is in AWS.
        undisclosed: Names of variables that it has, and whose values only its deployment knows.
        command: What an image runs in place of a handler.
        told: Where the project says what AWS was not asked for: attribute, ``variables`` or ``folder`` → its place,
            ``template.yaml:12``.
    """

    name: str
    region: str = ""
    account: str = ""
    runtime: str = ""
    handler: str = ""
    timeout: float = 30.0
    memory: int = 512
    architecture: str = "x86_64"
    environment: dict[str, str] = field(default_factory=dict)
    role: str = ""
    policies: dict[str, Any] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    reserved_concurrency: int | None = None
    peak_concurrency: int | None = None
    vpc: dict[str, Any] = field(default_factory=dict)
    dead_letter: str = ""
    code_sha256: str = ""
    parts: frozenset[str] = frozenset()
    routes: tuple[str, ...] = ()
    arn: str = ""
    topics: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    endpoint: str = ""
    undisclosed: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> bool:
        """Whether AWS was asked: else time-out and memory are the project's word, or assumed."""
        return bool(self.code_sha256)

    def origin(self, name: str) -> str:
        """Return where a fact comes from: ``AWS``, a place of the project, or ``assumed``."""
        return "AWS" if self.asked else self.told.get(name, "assumed")

    @property
    def concurrency(self) -> int:
        """Requests that each process of the service may run at once."""
        limit = self.reserved_concurrency or self.peak_concurrency
        return min(limit, LARGEST_CONCURRENCY) if limit else LARGEST_CONCURRENCY

    @property
    def python(self) -> str:
        """Version of Python, for example ``3.12``; "" where it is not known."""
        return self.runtime.removeprefix("python") if self.runtime.startswith("python3.") else ""


@dataclass(frozen=True)
class Options:
    """What the user asks for.

    Attributes:
        directory: Where the service's repository is, or will be.
        target: Kind of the target that it will be deployed to.
        app: ``module:name`` of the ASGI application where it cannot be determined from the code.
        handler: The handler where AWS does not tell it.
        python: Version of Python; default: the function's own.
        signing_keys: Reference of the secret that holds the signing keys; default: one named after the function.
        accepted: Findings that migration.yaml accepts.
        parts: Parts that are wanted besides, or were before, of `PARTS`.
        baseline: Whether ruff is run, so that the lifted code's debt is listed file by file.
        resolve: Asked for the versions of what is not pinned; None where nobody is to be asked.
        base_path: What migration.yaml says, for where the code does not tell; None where it does not say.
        url: Where the service answers, or will; "" where nobody knows yet.
        store: Where secrets are kept that are not yet: ``secretsmanager`` or ``ssm``.
        requirements: Files that say what is installed, in place of those that lie beside the code.
        root: Folder of the source that imports begin at, "" where nobody says so.
        installs: Requirements that the project's Dockerfile installs by name.
    """

    directory: Path
    target: str = "url"
    app: str = ""
    handler: str = ""
    python: str = ""
    signing_keys: str = ""
    accepted: tuple[AcceptedRule, ...] = ()
    parts: frozenset[str] = frozenset()
    baseline: bool = True
    resolve: Resolve | None = None
    base_path: str | None = None
    url: str = ""
    store: str = "secretsmanager"
    requirements: tuple[Path, ...] = ()
    root: str = ""
    installs: tuple[str, ...] = ()


def signing_keys(facts: FunctionFacts, options: Options) -> str:
    """Return the reference of the secret that holds the function's signing keys."""
    return options.signing_keys or f"secretsmanager:lambda-migrate/{facts.name}/signing-keys"


def unwatched(_done: int, _total: int) -> None:
    """Tell nobody how many files of how many are done."""
