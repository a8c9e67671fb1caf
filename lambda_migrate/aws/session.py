"""AWS, behind one small door: the only module that imports boto3.

Everything else receives an :class:`Aws` and calls ``aws.call("lambda", "get_alias", ...)``. Throttling is retried here,
a function that is being updated is waited for here, and a read-only session refuses every call that could change
something; :mod:`lambda_migrate.aws.errors` says what becomes of what AWS refuses.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate import errors
from lambda_migrate.aws import function_updates, partitions
from lambda_migrate.aws.answers import checked
from lambda_migrate.aws.calls import Manner
from lambda_migrate.aws.errors import SERVER_ERRORS, Owner, Translation
from lambda_migrate.aws.replies import require_reply
from lambda_migrate.clock import steady
from lambda_migrate.http import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ASKED_ONCE = frozenset(
    {
        "lambda:PublishLayerVersion",
        "apigatewayv2:CreateIntegration",
        "apigateway:CreateDeployment",
        "apigatewayv2:CreateDeployment",
    }
)
"""Calls that make one thing more each time: where it is open what came of one, it is looked for before the next."""

_LOOK = "run the same command again, it checks what was done and carries on"

READ_PREFIXES = (
    *("Get", "List", "Describe", "Head", "Lookup", "Simulate", "BatchGet", "BatchCheck", "Query", "Scan", "Filter"),
)
"""Operations that change nothing, by the first word of their names; a read-only session refuses all others."""

READ_EXCEPTIONS = frozenset({("lambda", "Invoke"), ("logs", "StartQuery"), ("apigateway", "TestInvokeMethod")})
"""What a read-only session may call besides: a probe invokes a published proxy version, or asks the service through a
method of a REST API; a query of logs is started."""

UNREACHED_ATTEMPTS = 3
"""How often an endpoint is tried that never answered: it is wrong rather than busy."""


@dataclass
class Aws:
    """A session with AWS.

    Args:
        profile: Name of a profile in the AWS configuration, or None for the default chain.
        region: The region, or None for what the profile or environment says.
        endpoint_url: Where every service is reached instead of AWS; the sandbox sets it.
        read_only: Refuse every call that could change something.
        sleep: Waits so many seconds; tests pass their own.
        now: The time, in seconds since the epoch; likewise.
        log: Told of every call, ``lambda:GetAlias``; never of parameters.
        looked: Told how far a look at many things is: what they are, how many were looked at, and of how many.
        deadline: How long a function that is being updated is waited for, in seconds.
        at_once: Calls that look-ups make at the same time; a client of botocore keeps ten connections.
        manner: How calls are tried, and how long their answers are waited for.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    read_only: bool = False
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = steady
    log: Callable[[str], None] = field(default=lambda _call: None)
    looked: Callable[[str, int, int], None] = field(default=lambda _what, _done, _total: None)
    deadline: float = 300.0
    at_once: int = 8
    manner: Manner = field(default_factory=Manner)
    _reached: bool = field(default=False, init=False, repr=False)
    _making: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False, compare=False)

    @cached_property
    def session(self) -> Any:
        """The boto3 session, made on first use.

        Raises:
            NotAllowed: The profile does not exist.
        """
        import boto3  # noqa: PLC0415  # 170 ms, and most commands that only print need none of it
        from botocore.exceptions import ProfileNotFound  # noqa: PLC0415  # as above

        try:
            session = boto3.Session(profile_name=self.profile, region_name=self.region)
        except ProfileNotFound as error:
            raise errors.NotAllowed(
                f"AWS profile `{self.profile}` does not exist", hint="`aws configure list-profiles` shows those that do"
            ) from error
        session.events.register("before-call", self._before_call)
        session.events.register("before-parse", self._before_parse)
        session.events.register_first("needs-retry", self._give_up)
        return session

    def _before_call(self, model: Any, **_ignored: Any) -> None:
        service, operation = model.service_model.service_name, model.name
        self.log(f"{service}:{operation}")
        if self.read_only and not reads(service, operation):
            raise errors.MigrateError(
                f"`{service}:{operation}` would change something and this command only looks",
                hint="this is a bug in lambda-migrate; nothing was changed",
            )

    def _before_parse(self, operation_model: Any, response_dict: Any, **_ignored: Any) -> None:
        require_reply(operation_model, response_dict, self.where)
        self._reached = True

    def _give_up(
        self,
        attempts: int,
        operation: Any,
        response: tuple[Any, Any] | None = None,
        caught_exception: Exception | None = None,
        **_ignored: Any,
    ) -> None:
        called = f"{operation.service_model.service_name}:{operation.name}"
        if called in ASKED_ONCE and self._reached and caught_exception is not None:
            raise errors.NoAnswer(f"`{self.where}` does not answer {called}", operation=called, hint=_LOOK)
        if called in ASKED_ONCE and response is not None and response[0].status_code >= SERVER_ERRORS:
            raise errors.NoAnswer(f"{called} failed: {response[0].status_code}", operation=called, hint=_LOOK)
        if caught_exception is not None and not self._reached and attempts >= UNREACHED_ATTEMPTS:
            raise caught_exception

    @property
    def where(self) -> str:
        """What is called: the endpoint, or AWS in a region."""
        return self.endpoint_url or f"AWS in {self.region_name}"

    @property
    def endpoint(self) -> str:
        """URL at which Lambda is called."""
        return str(self.client("lambda").meta.endpoint_url)

    @property
    def on_this_machine(self) -> bool:
        """Whether what is called is not AWS but an emulator on this machine, whose loopback is ours."""
        host = urlsplit(self.endpoint).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    def client(self, service: str) -> Any:
        """Return the (cached) boto3 client of a service; clients are for all threads, making them is for one at a time.

        Raises:
            NotAllowed: No region is set.
        """
        with self._making:
            return self._client(service)

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            from botocore.config import Config  # noqa: PLC0415  # boto3 is slow to import
            from botocore.exceptions import NoRegionError  # noqa: PLC0415  # as above

            config = Config(**self.manner.as_botocore_takes_it())
            with self.translated(service, "", {}):
                try:
                    self._clients[service] = self.session.client(service, endpoint_url=self.endpoint_url, config=config)
                except NoRegionError as error:
                    raise errors.NotAllowed(
                        "no AWS region is set",
                        hint="pass `--region`, set AWS_REGION, or write `region:` in migration.yaml",
                    ) from error
        return self._clients[service]

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call AWS once (throttling is retried underneath) and return the answer.

        Args:
            service: The service as boto3 names it, ``lambda``.
            operation: The operation in snake case, ``get_alias``.
            parameters: The operation's own; those that are None are left out.

        Raises:
            NotFound, AlreadyThere, PreconditionFailed, Throttled, NotAllowed, AwsError: As AWS answered.
        """
        method = getattr(self.client(service), operation)
        given = {name: value for name, value in parameters.items() if value is not None}
        with self.translated(service, operation, given):
            answer = method(**given)
        return self._checked(service, operation, answer)

    def taken(self, service: str, operation: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of a document that a write takes; a read shows some beside that only describe.

        Texts that are empty are left out: they stand for what is not set, and most writes refuse them.

        Args:
            service: As for :meth:`call`.
            operation: The write, in snake case.
            document: What was read.
        """
        meta = self.client(service).meta
        shape = meta.service_model.operation_model(meta.method_to_api_mapping[operation]).input_shape
        return {name: value for name, value in document.items() if name in shape.members and value not in (None, "")}

    def _checked(self, service: str, operation: str, answer: Any) -> dict[str, Any]:
        """Return an answer that is what the service's model says."""
        meta = self.client(service).meta
        model = meta.service_model.operation_model(meta.method_to_api_mapping[operation])
        document: dict[str, Any] = checked(answer, model.output_shape, f"{service}:{model.name}")
        return document

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
        """Yield the items of every page of a listing.

        Args:
            service: As for :meth:`call`.
            operation: As for :meth:`call`.
            key: Where a page holds its items, ``Versions``.
            parameters: As for :meth:`call`.
        """
        client = self.client(service)
        given = {name: value for name, value in parameters.items() if value is not None}
        if not client.can_paginate(operation):
            token: dict[str, Any] = {}
            while True:
                page = self.call(service, operation, **given, **token)
                yield from page.get(key) or []
                name = "nextToken" if page.get("nextToken") else "NextToken"
                if not page.get(name):
                    return
                token = {name: page[name]}
        with self.translated(service, operation, given):
            for page in client.get_paginator(operation).paginate(**given):
                yield from self._checked(service, operation, page).get(key) or []

    def translated(self, service: str, operation: str, parameters: dict[str, Any]) -> Translation:
        """Return a context in which botocore's errors become ours."""
        return Translation(self.where, lambda: self.identity["Arn"], lambda: self.owner, service, operation, parameters)

    @property
    def owner(self) -> Owner:
        """Whose credentials are used, as far as that is known here: AWS is not asked."""
        return Owner.of(self.profile, self.__dict__.get("identity", {}).get("Arn", ""))

    def wait_function_updated(
        self, function: str, qualifier: str | None = None, *, failed_too: bool = False
    ) -> dict[str, Any]:
        """Wait until the function is active and no update of it is in progress; return its configuration.

        Lambda answers ``ResourceConflictException`` to changes meanwhile; see "Lambda function states" in its guide.

        Args:
            function: Name of the function.
            qualifier: Version or alias; None for ``$LATEST``.
            failed_too: Return also after an update that failed: the way back must not end there.

        Raises:
            NotFound: It is not there; a version, not for some seconds.
            AwsError: It failed, or takes longer than the deadline.
        """
        return function_updates.wait(self, function, qualifier, failed_too=failed_too)

    def elsewhere(self, region: str) -> Aws:
        """Return the same session in another region, which only looks.

        Args:
            region: Where a service is that answers for all of them.
        """
        return replace(self, region=region, read_only=True)

    def asking_once(self, patience: float, connections: int) -> Aws:
        """Return the same session, in which every call is made once: what ran may have changed something already.

        Args:
            patience: How long an answer is waited for, in seconds; a function may take 900.
            connections: Calls that are under way at the same time.
        """
        return replace(self, manner=Manner(1, patience, connections))

    def downloads(self) -> Client:
        """Return what downloads packages from the URLs that AWS hands out."""
        return Client(through_proxies=True)

    @cached_property
    def identity(self) -> dict[str, str]:
        """Who we are: ``{"Account", "Arn", "UserId"}`` as STS answers."""
        answer = self.call("sts", "get_caller_identity")
        return {name: str(answer[name]) for name in ("Account", "Arn", "UserId")}

    @property
    def account(self) -> str:
        """The account's 12 digits."""
        return self.identity["Account"]

    @property
    def region_name(self) -> str:
        """The region in use, or ""."""
        return str(self.session.region_name or "")

    @cached_property
    def partition(self) -> str:
        """The partition of the region: ``aws``, ``aws-cn``, ``aws-us-gov``; ``aws`` for one that botocore lacks."""
        from botocore.exceptions import UnknownRegionError  # noqa: PLC0415  # boto3 is slow to import

        try:
            return str(self.session.get_partition_for_region(self.region_name))
        except UnknownRegionError:
            return "aws"

    @property
    def dns_suffix(self) -> str:
        """What the names of hosts end with in this partition: ``amazonaws.com``."""
        return partitions.dns_suffix(self.partition)


def reads(service: str, operation: str) -> bool:
    """Return whether an operation changes nothing: ``lambda``, ``GetAlias``."""
    return operation.startswith(READ_PREFIXES) or (service, operation) in READ_EXCEPTIONS
