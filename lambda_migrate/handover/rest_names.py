"""What a method of a REST API is called, ``GET /orders/{id}``, in the code that makes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations.hcl import Expression
from lambda_migrate.declarations.model import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.declarations.cloudformation import Template
    from lambda_migrate.declarations.hcl_names import Names

DEEPEST = 40
"""How many parts of a path, or names that stand for names, are followed at most."""


def in_terraform(names: Names, values: Mapping[str, Any]) -> str | None:
    """Return what a method is called; None if that is known only after applying.

    Args:
        names: Of the module.
        values: Attributes of its integration.
    """
    verb, path = names.text(values.get("http_method")), _path(names, values.get("resource_id"), DEEPEST)
    return f"{verb.upper()} {path or '/'}" if verb and path is not None else None


def _path(names: Names, value: Any, depth: int) -> str | None:
    if not isinstance(value, Expression) or not depth:
        return None
    if re.fullmatch(r"aws_api_gateway_rest_api\.[\w-]+\.root_resource_id", value.text):
        return ""
    match = re.fullmatch(r"(aws_api_gateway_resource\.[\w-]+)\.id", value.text)
    if match is None:
        return _path(names, names.known.get(value.text), depth - 1)
    part = names.text(names.known.get(f"{match[1]}.path_part"))
    above = _path(names, names.known.get(f"{match[1]}.parent_id"), depth - 1)
    return f"{above}/{part}" if part is not None and above is not None else None


def in_template(template: Template, properties: Mapping[str, object]) -> str | None:
    """Return what a method is called; None if that is known only after the deployment.

    Args:
        template: All of it.
        properties: Of the method.
    """
    verb, path = template.text(properties.get("HttpMethod")), _below(template, properties.get("ResourceId"), DEEPEST)
    return f"{verb.upper()} {path or '/'}" if verb and path is not None else None


def _below(template: Template, value: object, depth: int) -> str | None:
    given = mapping(value)
    target = given.get("Fn::GetAtt")
    if isinstance(target, list) and target[1:] == ["RootResourceId"]:
        return ""
    above = template.resources.get(str(given.get("Ref")), {})
    if above.get("Type") != "AWS::ApiGateway::Resource" or not depth:
        return None
    own = mapping(above.get("Properties"))
    part, before = template.text(own.get("PathPart")), _below(template, own.get("ParentId"), depth - 1)
    return f"{before}/{part}" if part is not None and before is not None else None
