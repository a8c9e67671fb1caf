"""An HTTP or WebSocket API while it is looked at: what in it names the function, and by which of its stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.api_gateway import websocket_content
from lambda_migrate.actions.api_gateway.gateway import HTTP
from lambda_migrate.inventory.finders import stages
from lambda_migrate.inventory.finders.unlooked import unlooked
from lambda_migrate.triggers.rest_api_settings import Part
from lambda_migrate.triggers.stage_variable import NONE, Variables

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base
    from lambda_migrate.triggers.base import Trigger


@dataclass(frozen=True)
class Api:
    """An HTTP or WebSocket API while it is looked at.

    Attributes:
        aws: Where to look.
        function: The function.
        api: As ``get_api`` and ``get_apis`` describe it.
        integrations: Its integrations, as AWS describes them.
        authorizers: Its authorizers.
        listed: Its stages.
    """

    aws: Aws
    function: Function
    api: Document
    integrations: list[Document]
    authorizers: list[Document]
    listed: list[Document]

    @property
    def id(self) -> str:
        """The API's id."""
        return str(self.api["ApiId"])

    @property
    def name(self) -> str:
        """What a person calls it."""
        return str(self.api.get("Name") or self.id)

    @property
    def source(self) -> str:
        """The ARN by which the function's policy names it."""
        return stages.source(self.function, self.id)

    @property
    def is_http(self) -> bool:
        """Whether it is an HTTP API."""
        return bool(self.api.get("ProtocolType", HTTP) == HTTP)

    @property
    def parts(self) -> list[Part]:
        """What names a function in it."""
        parts = [
            Part(f"{websocket_content.INTEGRATION}{each['IntegrationId']}", uri_of(each), role=role_of(each))
            for each in self.integrations
        ]
        for each in self.authorizers:
            identity = str(each["AuthorizerId"])
            name, uri = f"{websocket_content.AUTHORIZER}{identity}", str(each.get("AuthorizerUri") or "")
            parts.append(Part(name, uri, authorizer=identity, role=str(each.get("AuthorizerCredentialsArn") or "")))
        return parts

    def invoked(self, part: Part) -> list[stages.Invoked]:
        """Return what of the function a part names."""
        known = [stages.Stage(str(each["StageName"]), each.get("StageVariables") or {}) for each in self.listed]
        return list(stages.invoked(self.function, part.uri, known))

    def variables(self, invoked: stages.Invoked) -> Variables:
        """Return how the variables of a stage lead to a qualifier of the function; none where they do not."""
        if not invoked.stage:
            return NONE
        values = next(each.get("StageVariables") or {} for each in self.listed if each["StageName"] == invoked.stage)
        ours = [part for part in self.parts if invoked in self.invoked(part)]
        uris, every = {part.uri for part in ours}, {part.uri for part in self.parts}
        return Variables.of(invoked.stage, values, uris, every, [part.role for part in ours])

    def unknown(self, invoked: stages.Invoked) -> Trigger[base.Settings]:
        """Return that it is not known what a stage invokes."""
        name = f"{self.name}/{invoked.stage}" if invoked.stage else self.name
        return unlooked(name, invoked.unknown, source=self.source, identity=f"{self.id}/{invoked.stage}")

    def identity(self, part: str, invoked: stages.Invoked) -> str:
        """Return what identifies a trigger among its kind."""
        return "/".join(filter(None, (self.id, part, invoked.stage)))


def uri_of(integration: Document) -> str:
    """Return what an integration calls; "" where it calls nothing."""
    return str(integration.get("IntegrationUri") or "")


def role_of(integration: Document) -> str:
    """Return the role as which it calls; "" where it needs the function's policy."""
    return str(integration.get("CredentialsArn") or "")
