"""REST APIs that serve what was deployed.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. On AWS a deployment is a snapshot of the API: a stage
serves the one that it points at, whatever becomes of the API's resources, and its export shows that one. A stage with
canary settings serves a second one to a share of its requests. MiniStack serves and exports the resources as they
stand.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
"""

from __future__ import annotations

import copy
import random
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.services import apigateway_v1

from lambda_migrate.sandbox.ministack.snapshots import Snapshot, reading_from, served

if TYPE_CHECKING:
    from collections.abc import Callable

_snapshots: dict[str, Snapshot] = {}
"""What each deployment holds, by its id."""

_served: ContextVar[Snapshot | None] = ContextVar("served by a REST API", default=None)
"""What the stage of this request serves; None where the API as it stands is asked for."""

_EVERYTHING = 100.0
_IN_USE = "Active stages pointing to this deployment must be moved or deleted"
_CANARY = "Stage already has an active canary, cannot deploy another release to it"


def install() -> None:
    """Add everything to the MiniStack of this process."""
    apigateway_v1._resources.__class__ = reading_from(_served, "resources")
    apigateway_v1._authorizers_v1.__class__ = reading_from(_served, "authorizers")
    apigateway_v1._rest_apis.__class__ = reading_from(_served, "api")
    apigateway_v1._create_deployment = _keeping(apigateway_v1._create_deployment)
    apigateway_v1._delete_deployment = _in_use(apigateway_v1._delete_deployment)
    apigateway_v1._update_stage = _promoting(apigateway_v1._update_stage)
    apigateway_v1._get_export = _exporting(apigateway_v1._get_export)
    apigateway_v1._build_api_export = _exporting_the_rest(apigateway_v1._build_api_export)
    apigateway_v1._execute_in_scope = _serving(apigateway_v1._execute_in_scope)


def _keeping(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(api_id: str, data: dict[str, Any]) -> Any:
        stage = apigateway_v1._stages_v1.get(api_id, {}).get(data.get("stageName", ""))
        if stage and stage.get("canarySettings"):
            return apigateway_v1._v1_error("BadRequestException", _CANARY, 400)
        before = set(apigateway_v1._deployments_v1.get(api_id, {}))
        answer = original(api_id, data)
        for made in set(apigateway_v1._deployments_v1.get(api_id, {})) - before:
            _snapshots[made] = copy.deepcopy(
                {
                    "resources": apigateway_v1._resources.get(api_id, {}),
                    "authorizers": apigateway_v1._authorizers_v1.get(api_id, {}),
                    "api": apigateway_v1._rest_apis.get(api_id, {}),
                    "answers": apigateway_v1._gateway_responses.get(api_id, {}),
                }
            )
        return answer

    return create


def _in_use(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(api_id: str, deployment_id: str) -> Any:
        for stage in apigateway_v1._stages_v1.get(api_id, {}).values():
            if deployment_id in (stage.get("deploymentId"), (stage.get("canarySettings") or {}).get("deploymentId")):
                return apigateway_v1._v1_error("BadRequestException", _IN_USE, 400)
        return original(api_id, deployment_id)

    return delete


def _promoting(original: Callable[..., Any]) -> Callable[..., Any]:
    """UpdateStage knows one more operation, ``copy``, and sends numbers as text."""

    def update(api_id: str, stage_name: str, data: dict[str, Any]) -> Any:
        stage = apigateway_v1._stages_v1.get(api_id, {}).get(stage_name)
        for patch in data.get("patchOperations", []) if stage else ():
            if patch["op"] == "copy":
                patch["op"], patch["value"] = "replace", _at(stage, patch["from"])
            if patch["path"] == "/canarySettings/percentTraffic":
                patch["value"] = float(patch["value"])
        return original(api_id, stage_name, data)

    return update


def _at(document: Any, path: str) -> Any:
    for key in path.strip("/").split("/"):
        document = document.get(key)
    return document


def _snapshot(api_id: str, stage_name: str, *, canary: bool) -> Snapshot | None:
    stage = apigateway_v1._stages_v1.get(api_id, {}).get(stage_name) or {}
    settings = stage.get("canarySettings") or {}
    share = float(settings.get("percentTraffic") or 0.0)
    drawn = canary and random.random() * _EVERYTHING < share  # noqa: S311  # a share of requests, not a secret
    deployment = settings.get("deploymentId") if drawn else None
    return _snapshots.get(deployment or stage.get("deploymentId", ""))


def _exporting(original: Callable[..., Any]) -> Callable[..., Any]:
    def export(api_id: str, stage_name: str, *arguments: Any) -> Any:
        with served(_served, _snapshot(api_id, stage_name, canary=False)):
            return original(api_id, stage_name, *arguments)

    return export


def _exporting_the_rest(original: Callable[..., Any]) -> Callable[..., Any]:
    """An export with API Gateway's extensions names binary media types and changed gateway responses, too.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-import-and-export.html
    """

    def build(api_id: str, *arguments: Any) -> Any:
        document = original(api_id, *arguments)
        deployed = _served.get()
        types = apigateway_v1._rest_apis[api_id].get("binaryMediaTypes")
        answers = deployed["answers"] if deployed else apigateway_v1._gateway_responses.get(api_id, {})
        if types:
            document["x-amazon-apigateway-binary-media-types"] = types
        if answers:
            document["x-amazon-apigateway-gateway-responses"] = {
                name: {
                    key: each[key] for key in ("statusCode", "responseParameters", "responseTemplates") if key in each
                }
                for name, each in answers.items()
            }
        return document

    return build


def _serving(original: Callable[..., Any]) -> Callable[..., Any]:
    async def execute(request: dict[str, Any], api_id: str, stage_name: str, *arguments: Any) -> Any:
        with served(_served, _snapshot(api_id, stage_name, canary=True)):
            return await original(request, api_id, stage_name, *arguments)

    return execute
