"""Who is asked for an answer while two are compared: a version of the function, or a copy of the service at a URL.

A copy is asked by the proxy itself, here on this machine: it gets the request that the proxy version would send, and
its answer has the form that the caller of the function would see.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from lambda_migrate.addresses import in_the_clear, reaches_lambda, same_place
from lambda_migrate.clock import steady
from lambda_migrate.errors import ConfigError, MigrateError, Throttled
from lambda_migrate.fields import service_url
from lambda_migrate.function import signing_keys
from lambda_migrate.proxy import layer
from lambda_migrate.proxy.runtime.failures import ServiceFailure
from lambda_migrate.proxy.runtime.proxy import Proxy, start
from lambda_migrate.proxy.runtime.settings import PREFIX
from lambda_migrate.shadow.answer import answer_of
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.shadow.answer import Answer
    from lambda_migrate.shadow.events import About
    from lambda_migrate.shadow.pace import Pace
    from lambda_migrate.workflow.context import Context

PATIENCE = 8
"""How often a throttled call is tried, each time after a longer pause."""

TOO_MANY_REQUESTS = 429
UNREACHED = frozenset({"unreachable", "refused", "no-target"})
"""What the proxy says where the copy is not there, or does not believe its signature: nothing was compared."""

_CODE = "x-lambda-proxy-error"


class Side(Protocol):
    """Answers an event."""

    def __call__(self, event: dict[str, Any], what: About) -> Answer:
        """Return the answer.

        Raises:
            Throttled, AwsError, MigrateError: There is none.
        """
        ...


@dataclass(frozen=True)
class Version:
    """A version of the function.

    Args:
        aws: A session that makes each call once: what the function did cannot be known to have been nothing.
        function: Its name.
        number: The version's.
    """

    aws: Aws
    function: str
    number: str

    def __call__(self, event: dict[str, Any], what: About) -> Answer:
        """Invoke it, once."""
        begun = steady()
        payload = json.dumps(event).encode()
        answer = self.aws.call("lambda", "invoke", FunctionName=self.function, Qualifier=self.number, Payload=payload)
        body = answer["Payload"].read()
        return _taken_apart(body, str(answer.get("FunctionError") or ""), begun, what)


@dataclass(frozen=True)
class Invocation:
    """What the proxy takes for Lambda's context."""

    function_name: str
    patience: float
    begun: float = field(default_factory=steady)
    function_version: str = "1"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the answer is still waited for."""
        return max(0, int((self.patience - (steady() - self.begun)) * 1000))


@dataclass(frozen=True)
class Copy:
    """A service that runs against a copy of the data.

    Args:
        url: Where it is.
        proxy: Asks it.
        function: The function's name.
        patience: Seconds that an answer is waited for: the function's own timeout.
        clean: What an answer goes through before it is compared.
    """

    url: str
    proxy: Proxy
    function: str
    patience: float
    clean: Callable[[Any], Any] = lambda answer: answer

    def __call__(self, event: dict[str, Any], what: About) -> Answer:
        """Send the event there as the proxy version would.

        Raises:
            MigrateError: It is not there, or does not take the proxy's signature.
        """
        begun = steady()
        try:
            result = self.proxy(event, Invocation(self.function, self.patience))
        except ServiceFailure as failure:
            self._require_reached(failure.code)
            return _taken_apart(json.dumps({"errorType": type(failure).__name__}).encode(), "Unhandled", begun, what)
        self._require_reached(_failure_in(result))
        return _taken_apart(json.dumps(self.clean(result)).encode(), "", begun, what)

    def _require_reached(self, code: Any) -> None:
        if code in UNREACHED:
            problem = "does not accept the signing key" if code == "refused" else "does not answer"
            raise MigrateError(f"`{self.url}` {problem}", hint="`--against` takes the URL of a service that is up")


def _failure_in(result: Any) -> Any:
    """Return what the proxy says went wrong, in whatever form the caller takes headers."""
    if not isinstance(result, dict):
        return None
    several = (result.get("multiValueHeaders") or {}).get(_CODE) or [None]
    return (result.get("headers") or {}).get(_CODE) or several[0]


def copy_at(context: Context, url: str, function: str, patience: float) -> Copy:
    """Return the copy at a URL; it has to know the signing keys of the service.

    Raises:
        ConfigError: It is not the URL of a service, or is one that production uses; or nothing says where the signing
            keys are, or there are none.
    """
    try:
        url = service_url(url)
    except ValueError as wrong:
        raise ConfigError(str(wrong), hint="`--against` takes the URL of a service, without a path") from wrong
    if in_the_clear(url) and not context.migration.service.plain_http:
        raise ConfigError(f"`{url}` is plain HTTP: whoever is on the way reads requests", hint="use https")
    service = context.migration.service
    if reaches_lambda(url) or any(same_place(url, own) for own in (service.url, service.public_url) if own):
        whose = "a function" if reaches_lambda(url) else "the service of migration.yaml"
        hint = "writes are sent to it: name a service that runs against a copy of the data"
        raise ConfigError(f"`--against {url}` is {whose}, not a copy", hint=hint)
    reading.require_key_reference(context)
    migration = context.migration
    keys = signing_keys.signing(context.aws_read_only, str(migration.proxy.signing_keys))
    proxy = start(_environment(migration, url, function, keys), write=lambda _line: None)
    return Copy(url, proxy, function, patience)


def _environment(migration: Migration, url: str, function: str, keys: str) -> dict[str, str]:
    """Return what the proxy is told; certificates are those of this machine, and nobody else answers."""
    proxy = migration.proxy.model_copy(update={"fallback": "never", "ca_bundle": None})
    told = layer.environment(proxy, service_url=url, events="all", original_handler="nobody.answers")
    own = {"AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_NAME": function}
    return {**told, **own, f"{PREFIX}SIGNING_KEYS": keys, f"{PREFIX}FALLBACK": "never"}


def _taken_apart(body: bytes, error: str, begun: float, what: About) -> Answer:
    took = (steady() - begun) * 1000
    return answer_of(body, error, took, request=what.request, inferred=what.inferred)


def ask(side: Side, event: dict[str, Any], what: About, pace: Pace, busy: int = TOO_MANY_REQUESTS) -> Answer:
    """Ask a side; one that is throttled again, slower each time, and never taken for an answer.

    Args:
        side: Who is asked.
        event: The event.
        what: What it is.
        pace: How quickly calls are made.
        busy: The status that says so; 0 where it is the answer to be compared.

    Raises:
        Throttled: It still is.
    """
    for _ in range(PATIENCE):
        turn = pace.wait()
        try:
            answer = side(event, what)
        except Throttled:
            pace.throttled(turn)
        else:
            if not busy or answer.status != busy:
                pace.answered(turn)
                return answer
            pace.throttled(turn)
        if pace.stopped():
            break
    raise Throttled("throttled", operation="lambda:Invoke")
