"""A trigger, what re-pointing it takes, and where it can go."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.source_metrics import SourceMetrics

EVENTS_PATH = "/lambda-proxy-non-api-events"
"""Where the service takes events that are not HTTP requests."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is known of a trigger beside its name: JSON-able, without secrets, the same in every run.

    A kind has its own, with what its steps have to keep.

    Attributes:
        source: The ARN that the resource policy's statements name for it; "" where it needs no statement.
        principal: Who invokes, where only a permission is known: a service, an account, an ARN or ``*``.
        reason: Why it could not be looked at; "" where it could.
        detail: How it names the function or reaches it, where that has to be said: ``its variable ORDERS_FUNCTION``.
        passing: What of it passes by itself, for a person: executions that run. No part of an inventory's fingerprint.
    """

    source: str = ""
    principal: str = ""
    reason: str = ""
    detail: str = ""
    passing: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: frozen(value) for name, value in data.items() if name in known})


def frozen(value: Any) -> Any:
    """Return a list as the tuple that it was before JSON, and everything else as it is."""
    return tuple(value) if isinstance(value, list) else value


Settings_co = TypeVar("Settings_co", bound=Settings, covariant=True)


@dataclass(frozen=True)
class Trigger(Generic[Settings_co]):
    """Something that can invoke the function.

    Attributes:
        kind: The name of its kind in ``TRIGGERS``.
        id: What identifies it among its kind, stable across runs: an ARN, a UUID, ``api-id/integration-id``.
        name: What a person calls it.
        qualifier: What it invokes: ``""`` unqualified, else an alias or version.
        settings: What is known of it beside that.
        enabled: False where it exists but delivers nothing (a disabled mapping, a parked subscription).
    """

    kind: str
    id: str
    name: str
    qualifier: str
    settings: Settings_co
    enabled: bool = True


@dataclass(frozen=True)
class Repoint:
    """What re-pointing one trigger takes; the ids of its steps are still "".

    Attributes:
        steps: What moves events or requests, in order.
        blockers: What stands against it.
        warnings: What a person should know.
        preparation: What must be there before; it moves nothing, and may be shared with other triggers.
        source_metrics: What counts its traffic from then on, where that is not what the kind says.
        private: Whether it reaches the service without the URL, which then need not be public.
        afterwards: What goes once all triggers have moved: it carries nothing by then.
    """

    steps: tuple[Step, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    warnings: tuple[str, ...] = ()
    preparation: tuple[Step, ...] = ()
    source_metrics: SourceMetrics | None = None
    private: bool = False
    afterwards: tuple[Step, ...] = ()


@dataclass(frozen=True)
class VpcLink:
    """How API Gateway reaches a private service.

    Attributes:
        id: Of the VPC link.
        listener: ARN of the load balancer's listener, or of the Cloud Map service, that it leads to.
        server_name: Name that the service's certificate has; "" where nobody has named one.
    """

    id: str
    listener: str
    server_name: str = ""


@dataclass(frozen=True)
class VpcOrigin:
    """How CloudFront reaches a private service.

    Attributes:
        id: Of the VPC origin.
        server_name: Name that the service's certificate has, and that requests ask for.
    """

    id: str
    server_name: str = ""


@dataclass(frozen=True)
class Destination:
    """Where triggers go that reach the service without Lambda. Each kind takes from it what it needs.

    Attributes:
        url: Where AWS reaches the service, without a path at the end; "" where nobody has said so.
        api_key: Reference of the secret that AWS sends to the service, ``secretsmanager:...``; "" where none is named.
        consumers: ARNs and URLs of the queues that the service was seen to poll.
        resources: What a kind has looked up in AWS for itself (its ``look_up``), by the name of the kind.
        boundary: ARN of the permissions boundary of roles that are made; "" for none.
        notified: ARNs of the queues that the service was seen to poll for notifications.
        queues: ARNs of the queues that triggers send to in place of the URL, by their kinds and names.
        door_key: Reference of the secret that API Gateway adds to requests; "" where none is named.
        require: What the service says that it asks of requests: ``open``, ``header``, ``signed``.
        pipes: Names of the streams that a pipe takes to the service, and of pipes that go on to it.
        weights: Percent of a source's requests, step by step, where it can go a share at a time.
        target_group: ARN of the service's own target group; "" where none is named.
        link: How API Gateway reaches it where it is private; None where it goes by the URL.
        vpc_origin: How CloudFront reaches it where it is private; None where it goes by the URL.
        hidden: Whether nobody outside of its network reaches it but by that link.
        plain_http: Whether plain HTTP is meant, in a network that is the user's alone.
    """

    url: str
    api_key: str = ""
    consumers: frozenset[str] = frozenset()
    resources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    boundary: str = ""
    notified: frozenset[str] = frozenset()
    queues: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    door_key: str = ""
    require: str = "open"
    weights: tuple[int, ...] = (100,)
    target_group: str = ""
    link: VpcLink | None = None
    vpc_origin: VpcOrigin | None = None
    hidden: bool = False
    plain_http: bool = False
    pipes: frozenset[str] = frozenset()
