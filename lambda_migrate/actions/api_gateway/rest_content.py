"""What a REST API is: its working copy, which nobody is served, and what each of its stages has deployed.

A deployment is a snapshot of the whole working copy: whatever is there that nobody has deployed yet goes out with it.
So the working copy is compared with what the stages have deployed before anything is planned, and read again right
before and after our own deployment is made.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import document
from lambda_migrate.hashing import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

AUTHORIZER = "authorizer "
"""How the name of an authorizer begins among the parts of an API; a method is called ``GET /orders``."""

ANY = "x-amazon-apigateway-any-method"
EXTENSION = "x-amazon-apigateway-"
_OF_NO_METHOD = frozenset({"parameters", "servers", "summary", "description"})

_PARTS = (("models", "get_models"), ("validators", "get_request_validators"), ("answers", "get_gateway_responses"))
_SETTINGS = ("binaryMediaTypes", "minimumCompressionSize", "apiKeySource", "policy", "version", "securityPolicy")
_DEFAULTS = {"connectionType": "INTERNET", "timeoutInMillis": 29000, "passthroughBehavior": "WHEN_NO_MATCH"}
_COMPARED = (
    "type",
    "uri",
    "httpMethod",
    "credentials",
    "connectionType",
    "connectionId",
    "integrationTarget",
    "timeoutInMillis",
    "passthroughBehavior",
    "contentHandling",
    "requestParameters",
    "requestTemplates",
)
"""What of an integration an export shows, and the embedded AWS too ("x-amazon-apigateway-integration object")."""


def read(aws: Aws, api_id: str) -> Document:
    """Return the working copy: everything in it that a deployment would ship.

    Returns:
        ``{"resources", "authorizers", "models", "validators", "answers", "settings"}``.

    Raises:
        NotFound, NotAllowed, AwsError: As AWS answered.
    """
    api = aws.call("apigateway", "get_rest_api", restApiId=api_id)
    resources = aws.pages("apigateway", "get_resources", "items", restApiId=api_id, embed=["methods"], limit=500)
    authorizers = aws.pages("apigateway", "get_authorizers", "items", restApiId=api_id)
    parts = {name: list(aws.pages("apigateway", call, "items", restApiId=api_id)) for name, call in _PARTS}
    return {
        "resources": list(resources),
        "authorizers": list(authorizers),
        **parts,
        "settings": {name: api[name] for name in _SETTINGS if api.get(name)},
    }


def methods(content: Document) -> Iterator[tuple[str, str, str, Document]]:
    """Yield the methods of a working copy: name (``GET /orders``), resource's id, verb, and the method itself."""
    for resource in content.get("resources", ()):
        for verb, method in sorted((resource.get("resourceMethods") or {}).items()):
            yield f"{verb} {resource.get('path', '/')}", resource["id"], verb, method


def uris(content: Document) -> dict[str, str]:
    """Return the URI of each method's integration and of each authorizer, by its name; "" where it has none."""
    by_name = {name: str(_integration(method).get("uri") or "") for name, _, _, method in methods(content)}
    for each in content["authorizers"]:
        by_name[f"{AUTHORIZER}{each.get('name', each['id'])}"] = str(each.get("authorizerUri") or "")
    return by_name


def without(content: Document, names: frozenset[str], *, bare: bool = False) -> Document:
    """Return a working copy without the URIs of some methods and authorizers, the same at every reading.

    Args:
        content: The working copy.
        names: The methods and authorizers.
        bare: Leave out all of those methods' integrations, and what the methods declare.
    """
    kept: dict[str, Any] = {}
    for name, resource, _, method in methods(content):
        own = name in names
        integration = {**_integration(method), **({"uri": ""} if own else {})}
        kept[name] = {**method, "resource": resource, "methodIntegration": integration}
        if own and bare:
            kept[name] |= {"methodIntegration": {}, "requestParameters": {}}
    for each in content["authorizers"]:
        name = f"{AUTHORIZER}{each.get('name', each['id'])}"
        kept[f"{name} {each['id']}"] = {**each, **({"authorizerUri": ""} if name in names else {})}
    kept["resources"] = sorted(str(each.get("path", "/")) for each in content["resources"])
    for part, _ in _PARTS:
        kept[part] = sorted(content[part], key=canonical)
    return {**kept, "settings": content["settings"]}


def deployed(aws: Aws, api_id: str, stage: str) -> Document:
    """Return what a stage has deployed, as an OpenAPI document with the extensions of API Gateway.

    Raises:
        NoAnswer: It is not JSON.
        NotFound, NotAllowed, AwsError: As AWS answered.
    """
    answer = aws.call(
        "apigateway",
        "get_export",
        restApiId=api_id,
        stageName=stage,
        exportType="oas30",
        parameters={"extensions": "apigateway"},
    )
    body = answer["body"]
    text = (body.read() if hasattr(body, "read") else body).decode("utf-8", "replace")
    export: Document = document(text, "apigateway:GetExport", "body")
    return export


def deployed_uris(export: Document) -> dict[str, str]:
    """Return the URI of each method's integration and of each authorizer in an export, as :func:`uris` does."""
    by_name = {name: str(_exported(operation).get("uri") or "") for name, operation in _operations(export)}
    for name, scheme in _authorizers(export):
        by_name[f"{AUTHORIZER}{name}"] = str(scheme.get("authorizerUri") or "")
    return by_name


def differences(export: Document, content: Document) -> tuple[str, ...]:
    """Return what a deployment of the working copy would change, as far as an export shows it, one clause each.

    Args:
        export: What a stage has deployed.
        content: The working copy.
    """
    here = {name: method for name, _, _, method in methods(content)}
    there = dict(_operations(export))
    lines = [f"`{name}` is not deployed" for name in here if name not in there]
    lines += [f"`{name}` is deployed and no longer in the API" for name in there if name not in here]
    for name, method in here.items():
        if name in there:
            lines += _changed(name, _integration(method), _exported(there[name]))
            lines += _authorized(name, method, there[name], content)
    return (*lines, *_other_authorizers(export, content), *_other_settings(export, content))


def _changed(name: str, working: Document, served: Document) -> Iterator[str]:
    for field in _COMPARED:
        if _plain(field, working.get(field)) != _plain(field, served.get(field)):
            yield f"`{name}` has another {field} than is deployed"


def _plain(field: str, value: Any) -> Any:
    """Return a value in one spelling: an export writes types in lower case, and leaves out what is at its default."""
    if field in ("type", "passthroughBehavior", "connectionType", "contentHandling") and isinstance(value, str):
        value = value.upper()
    return value or _DEFAULTS.get(field) or ""


def _authorized(name: str, method: Document, operation: Document, content: Document) -> Iterator[str]:
    named = {each["id"]: str(each.get("name", each["id"])) for each in content["authorizers"]}
    working = {named[method["authorizerId"]]} if method.get("authorizerId") in named else set()
    served = {each for entry in operation.get("security") or [] for each in entry}
    if bool(method.get("apiKeyRequired")) != ("api_key" in served):
        yield f"`{name}` asks for an API key differently from what is deployed"
    if working != served & set(named.values()):
        yield f"`{name}` has another authorizer than is deployed"


def _other_authorizers(export: Document, content: Document) -> Iterator[str]:
    working = {str(each.get("name", each["id"])): each for each in content["authorizers"]}
    for name, served in _authorizers(export):
        here = working.get(name)
        if here is None:
            yield f"authorizer `{name}` is deployed and no longer in the API"
            continue
        if (here.get("authorizerUri") or "") != (served.get("authorizerUri") or ""):
            yield f"authorizer `{name}` has another function than is deployed"
        if (here.get("authorizerCredentials") or "") != (served.get("authorizerCredentials") or ""):
            yield f"authorizer `{name}` has another role than is deployed"


def _other_settings(export: Document, content: Document) -> Iterator[str]:
    working = set(content["settings"].get("binaryMediaTypes") or ())
    if working != set(export.get(f"{EXTENSION}binary-media-types") or ()):
        yield "the binary media types are others than are deployed"
    now = {each["responseType"]: _answer(each) for each in content["answers"] if not each.get("defaultResponse")}
    was = {name: _answer(each) for name, each in (export.get(f"{EXTENSION}gateway-responses") or {}).items()}
    for name in sorted(now.keys() | was.keys()):
        if now.get(name) != was.get(name):
            yield f"gateway response `{name}` is another one than is deployed"


def _answer(response: Document) -> Document:
    fields = ("responseParameters", "responseTemplates")
    return {name: response.get(name) or {} for name in fields} | {"status": str(response.get("statusCode") or "")}


def _operations(export: Document) -> Iterator[tuple[str, Document]]:
    for path, verbs in (export.get("paths") or {}).items():
        for verb, operation in verbs.items():
            if verb not in _OF_NO_METHOD:
                yield f"{'ANY' if verb == ANY else verb.upper()} {path}", operation


def _authorizers(export: Document) -> Iterator[tuple[str, Document]]:
    schemes = (export.get("components") or {}).get("securitySchemes") or {}
    for name, scheme in schemes.items():
        if f"{EXTENSION}authorizer" in scheme:
            yield name, scheme[f"{EXTENSION}authorizer"]


def _exported(operation: Document) -> Document:
    integration: Document = operation.get(f"{EXTENSION}integration") or {}
    return integration


def _integration(method: Document) -> Document:
    integration: Document = method.get("methodIntegration") or {}
    return integration
