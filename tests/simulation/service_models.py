"""Botocore's models of the services: what a request and an answer have to look like, and what may be refused."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.session import Session
from botocore.validate import ParamValidator

from tests.simulation.session import pascal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel, Shape

GENERAL = frozenset({"ThrottlingException", "ExpiredTokenException", "AccessDeniedException", "InternalError"})
"""What any call may be refused with, whatever its model lists."""

UNLISTED = frozenset({("cloudformation", "describe_stack_resources", "ValidationError")})
"""What a model does not list and the API reference says: CloudFormation's, of a thing that no stack has."""


@cache
def operation(service: str, name: str) -> OperationModel:
    """Return the model of an operation that is named as boto3 names it."""
    return Session().get_service_model(service).operation_model(pascal(name))


def problems(service: str, name: str, given: Any, answer: Any) -> list[str]:
    """Return what of a request or an answer is not as the model has it."""
    model = operation(service, name)
    found = [*_validated(given, model.input_shape, "request")]
    if model.output_shape is not None:
        found += _validated(answer, model.output_shape, "answer")
    elif answer:
        found.append(f"answer: there is none, not {answer}")
    return [f"{service}:{model.name} {each}" for each in found]


def _validated(value: Any, shape: Shape | None, what: str) -> Iterator[str]:
    if shape is None:
        return
    plain = _as_sent(value, shape)
    report = ParamValidator().validate(plain, shape)
    if report.has_errors():
        yield f"{what}: {report.generate_report()}"
    yield from (f"{what}: {each}" for each in _outside(plain, shape, ""))


def _as_sent(value: Any, shape: Shape) -> Any:
    """Return a document as it is sent: botocore hands out streams to read, and IAM's policies decoded."""
    members = getattr(shape, "members", {})
    if isinstance(value, dict) and members:
        return {name: _as_sent(each, members[name]) if name in members else each for name, each in value.items()}
    if shape.type_name == "blob" and hasattr(value, "read"):
        return b""
    return json.dumps(value) if shape.name == "policyDocumentType" and isinstance(value, dict) else value


def _outside(value: Any, shape: Shape, at: str) -> Iterator[str]:
    """Yield texts that their model does not list, and members that it does not have."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for name, each in value.items():
            if name not in shape.members:
                yield f"{at}.{name} is not in the model"
            else:
                yield from _outside(each, shape.members[name], f"{at}.{name}")
    elif kind == "list" and isinstance(value, list):
        for number, each in enumerate(value):
            yield from _outside(each, shape.member, f"{at}[{number}]")
    elif kind == "map" and isinstance(value, dict):
        for name, each in value.items():
            yield from _outside(each, shape.value, f"{at}.{name}")
    elif kind == "string" and shape.enum and value not in shape.enum:
        yield f"{at} is `{value}`, which is none of {shape.enum}"


def may_refuse(service: str, name: str, code: str) -> bool:
    """Return whether an operation may be refused with a code."""
    shapes = operation(service, name).error_shapes
    known = {code for shape in shapes for code in (shape.name, shape.error_code)}
    return code in known | GENERAL or f"{code}Exception" in known or (service, name, code) in UNLISTED
