"""Puts another integration behind a method of a REST API, in the working copy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.aws import secrets
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls, passed
from lambda_migrate.errors import AwsError, Drifted, NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_SENT = (
    "cacheKeyParameters",
    "cacheNamespace",
    "connectionId",
    "connectionType",
    "contentHandling",
    "credentials",
    "integrationTarget",
    "passthroughBehavior",
    "requestParameters",
    "requestTemplates",
    "responseTransferMode",
    "timeoutInMillis",
    "tlsConfig",
    "type",
    "uri",
)
"""What PutIntegration takes as GetIntegration shows it; the method's name is ``integrationHttpMethod`` there."""

HTTP_METHOD = "httpMethod"
PROBED = "GET"
"""By which method the service is asked whether it is reached."""

_NOT_TAKEN = "BadRequestException"
"""What API Gateway answers, beside `NotFoundException`, to a method that it cannot test."""


@dataclass(frozen=True)
class ReplaceRestIntegration(Replace):
    """Replace what a method integrates with. What both sides leave alone stays, whoever set it.

    Nobody is served it until it is deployed. PutIntegration replaces the whole integration, so it is read, changed
    where the sides differ, and written.

    Attributes:
        api_id: The REST API.
        resource_id: The resource.
        verb: The method, ``ANY`` for all.
        name: What a person calls it: ``ANY /{proxy+}``.
        before: Settings of the integration, as GetIntegration shows them; None for one that it does not have.
        after: As before, the same settings.
        secrets: Request parameters whose values are secrets, and the references of those. They are read when the action
            runs, and kept nowhere but in the integration.
        probe: A path of the method by which the service is called once the integration stands, before anybody is served
            it; "" where it is not called.
    """

    kind: ClassVar[str] = "replace_rest_integration"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    undeployed: ClassVar[bool] = True
    api_id: str
    resource_id: str
    verb: str
    name: str
    before: dict[str, Any]
    after: dict[str, Any]
    secrets: dict[str, str] = field(default_factory=dict)
    probe: str = ""

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rest api {self.api_id}, {self.name}: {_named(self.before)} → {_named(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which side the integration shows."""
        integration = self._read(aws)
        if integration is None:
            return Observed.DRIFT
        shown = self._shown(integration)
        for side, seen in ((self.after, Observed.AFTER), (self.before, Observed.BEFORE)):
            if all((shown.get(name) or None) == (value or None) for name, value in side.items()):
                return seen
        return Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "apigateway", "get_integration", **self._which())

    def _which(self) -> dict[str, str]:
        return {"restApiId": self.api_id, "resourceId": self.resource_id, "httpMethod": self.verb}

    def _shown(self, integration: Document) -> Document:
        """Return an integration without the values of its secrets."""
        parameters = integration.get("requestParameters") or {}
        public = {name: value for name, value in parameters.items() if name not in self.secrets}
        return {**integration, "requestParameters": public} if parameters else integration

    def write(self, aws: Aws, side: dict[str, Any]) -> None:
        """Put a side in the place of the other.

        Raises:
            Drifted: The method has no integration any more.
        """
        values = {name: secrets.literal(aws, each) for name, each in self.secrets.items()} if side == self.after else {}
        integration = self._read(aws)  # last of all, right before it is written
        if integration is None:
            raise Drifted(
                f"`{self.name}` has no integration", hint="it was deleted since; run `lambda-migrate plan` again"
            )
        wanted = {**self._shown(integration), **side}
        sent = {name: wanted[name] for name in _SENT if wanted.get(name) not in (None, "", {}, [])}
        if values:
            quoted = {name: f"'{value}'" for name, value in values.items()}
            sent["requestParameters"] = {**sent.get("requestParameters", {}), **quoted}
        try:
            aws.call(
                "apigateway",
                "put_integration",
                **self._which(),
                integrationHttpMethod=wanted.get(HTTP_METHOD),
                **sent,
            )
        except AwsError as error:
            raise (secrets.without_values(error) if values else error) from None

    def rehearsed(self, aws: Aws, headers: dict[str, str]) -> tuple[int, str] | None:
        """Call the service by the method as it stands, whatever the stages serve ("TestInvokeMethod", API reference).

        A method for all verbs is asked for by the one that is sent, then by its own name. No authorizer is asked.

        Args:
            aws: AWS.
            headers: Of the request.

        Returns:
            Status and body of the answer; None where API Gateway takes the method by neither name, and calls nobody.
        """
        asked = {**self._which(), "pathWithQueryString": self.probe, "headers": headers}
        for verb in self._verbs:
            try:
                answer = aws.call("apigateway", "test_invoke_method", **{**asked, HTTP_METHOD: verb})
            except AwsError as error:
                if not isinstance(error, NotFound) and error.aws_code != _NOT_TAKEN:
                    raise
            else:
                return int(answer["status"]), str(answer.get("body") or "")
        return None

    @property
    def _verbs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((PROBED, self.verb)))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        roles = {str(side["credentials"]) for side in (self.before, self.after) if side.get("credentials")}
        return (
            *calls("apigateway", "GetIntegration PutIntegration", **self._which()),
            *(self._tests() if self.probe else ()),
            *(call for each in self.secrets.values() for call in secrets.calls_of(each, "read")),
            *(passed(role, "apigateway.amazonaws.com") for role in sorted(roles)),
        )

    def _tests(self) -> tuple[Call, ...]:
        asked = ({**self._which(), HTTP_METHOD: verb} for verb in self._verbs)
        return tuple(call for each in asked for call in calls("apigateway", "TestInvokeMethod", **each))

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        integration = self._read(aws)
        if integration is None:
            return "no such integration"
        shown = self._shown(integration)
        return json.dumps({name: shown.get(name) for name in self.after}, sort_keys=True)


def _named(side: Document) -> str:
    uri = str(side.get("uri") or "")
    return uri.removesuffix("/invocations").rpartition("/functions/")[2].rpartition(":function:")[2] or uri
