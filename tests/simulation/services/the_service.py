"""The lifted service, which is not AWS's: whether it is well, which keys it accepts, and what a proxy's probe sees."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.http import Answer, Client, HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulation.shelf import Document
    from tests.simulation.world import World

KEYS = "orders/signing-keys"
_SIGNING = "LAMBDA_MIGRATE_SIGNING_KEYS"
_WELL, _CLOSED, _BROKEN = 200, 404, 500


@dataclass
class TheService:
    """The service.

    Attributes:
        world: Where its secret is.
        state: ``well``; ``failing``: it answers 500; ``down``: nobody listens.
        consuming: Whether it polls the queue itself.
    """

    world: World
    state: str = "well"
    consuming: bool = True

    def accepts(self, identifier: str, secret: str | None = None) -> bool:
        """Return whether it accepts what is signed with a key."""
        known = self.world.services.secretsmanager.keys(KEYS)
        return identifier in known and secret in (None, known[identifier])

    def signed_by(self, version: Document) -> str:
        """Return the identifier of the key that a version signs with, "" for one that proxies nothing."""
        variables: dict[str, str] = (version.get("Environment") or {}).get("Variables") or {}
        return variables.get(_SIGNING, "").partition(":")[0]

    def said(self) -> Document:
        """Return what it says of itself."""
        queue = self.world.arn("sqs", "orders-queue")
        consumers = [{"queue": queue, "polling": True}] if self.consuming else []
        return {"service": "orders", "version": "1", "consumers": consumers}

    def probed(self, version: Document) -> Document:
        """Return what a version's proxy says of the service."""
        variables: dict[str, str] = (version.get("Environment") or {}).get("Variables") or {}
        identifier, _, secret = variables.get(_SIGNING, "").partition(":")
        if not identifier:
            return {"errorType": "KeyError"}
        about: dict[str, Any] = {
            "probe": 1,
            "version": version["Version"],
            "events": variables.get("LAMBDA_MIGRATE_EVENTS", ""),
            "reached": False,
            "milliseconds": None,
            "status": None,
            "service": None,
            "error": None,
        }
        if self.state == "down":
            return {"lambda-migrate": {**about, "error": "the service refuses connections"}}
        status = _WELL if self.accepts(identifier, secret) else _CLOSED
        reached = status == _WELL
        error = None if reached else f"the service answered {status}"
        told = {"reached": reached, "milliseconds": 4.0, "status": status, "service": self.said(), "error": error}
        return {"lambda-migrate": {**about, **told}}

    def client(self) -> ServiceClient:
        """Return what reaches it from here."""
        return ServiceClient(self)


class ServiceClient(Client):
    """Asks the service without a network."""

    def __init__(self, service: TheService) -> None:
        super().__init__()
        self._service = service

    def ready(self) -> ServiceClient:
        return self

    def close(self) -> None:
        """Nothing is open."""

    def send(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **_options: Any) -> Answer:
        service = self._service
        if service.state == "down":
            raise HttpError("cannot be reached: connection refused", "ConnectError", sent=False, refused=True)
        host, _, path = url.partition("://")[2].partition("/")
        if ".execute-api." in host and not service.world.services.apigatewayv2.leads_to_the_service(f"/{path}"):
            return Answer(_CLOSED, body=b'{"message": "Not Found"}')
        if path.startswith(("lambda-proxy", "lambda-migrate-probe")):
            identifier = (headers or {}).get("x-lambda-migrate-key-id", "")
            known = method == "GET" and service.accepts(identifier)
            return Answer(_WELL if known else _CLOSED, body=json.dumps(service.said()).encode())
        return Answer(_WELL if service.state == "well" else _BROKEN)
