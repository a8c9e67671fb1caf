"""What the stages of an API make of a URI: API Gateway puts a stage's variables into it as each request comes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.function.model import Function

_VARIABLE = re.compile(r"\$\{stageVariables\.([^}]+)\}")
"""How a URI names a variable ("Using stage variables", API Gateway developer guide)."""

_WRAPPED = re.compile(r"/functions/(.+)/invocations$")


@dataclass(frozen=True)
class Stage:
    """A stage and its variables; a canary of a stage has its own."""

    name: str
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Invoked:
    """What a URI invokes of the function.

    Attributes:
        qualifier: Of the function; "" where it is not known.
        stage: The stage whose variables make it so; "" where all do.
        unknown: Why it may be the function and nobody can tell; "" where it is.
    """

    qualifier: str = ""
    stage: str = ""
    unknown: str = ""

    @property
    def detail(self) -> str:
        """How it comes to be the function, for a person."""
        return f"by the variables of stage {self.stage}" if self.stage else ""


def source(function: Function, api_id: str) -> str:
    """Return the ARN by which the function's policy names an API."""
    return str(Arn.parse(function.arn).sibling("execute-api", api_id))


def has_variables(uri: str) -> bool:
    """Return whether the stages decide what a URI is."""
    return _VARIABLE.search(uri) is not None


def qualifier(function: Function, uri: str) -> str | None:
    """Return which qualifier a URI without variables invokes; the ARN stands alone there or within a longer one."""
    wrapped = _WRAPPED.search(uri)
    return function.qualifier_of(wrapped[1] if wrapped else uri)


def invoked(function: Function, uri: str, stages: Iterable[Stage]) -> Iterator[Invoked]:
    """Yield what a URI invokes of the function: once, or for each stage whose variables lead there.

    Args:
        function: The function.
        uri: As the integration or authorizer has it; "" if there is none.
        stages: All stages of the API.
    """
    if not has_variables(uri):
        fixed = qualifier(function, uri)
        if fixed is not None:
            yield Invoked(fixed)
        return
    if not _may_be(function, uri):
        return
    listed = tuple(stages)
    if not listed:
        yield Invoked(unknown="the API has no stage whose variables would say which function it names")
    for stage in listed:
        missing = [name for name in _VARIABLE.findall(uri) if name not in stage.variables]
        if missing:
            text = f"stage `{stage.name}` has no variable `{missing[0]}`, by which the API names a function"
            yield Invoked(stage=stage.name, unknown=text)
            continue
        fixed = qualifier(function, _filled(uri, stage))
        if fixed is not None:
            yield Invoked(fixed, stage.name)


def exported(answer: dict[str, Any], call: str) -> list[str]:
    """Return the URIs of all integrations and authorizers of an exported API, each once.

    Args:
        answer: Holds the OpenAPI document as ``body``.
        call: What was asked.

    Raises:
        NoAnswer: It is not JSON.
    """
    body = answer["body"]
    text = (body.read() if hasattr(body, "read") else body).decode("utf-8", "replace")
    return sorted(set(_uris(document(text, call, "body"))))


def _uris(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("uri", "authorizerUri") and isinstance(value, str):
                yield value
            else:
                yield from _uris(value)
    elif isinstance(part, list):
        for each in part:
            yield from _uris(each)


def _filled(uri: str, stage: Stage) -> str:
    return _VARIABLE.sub(lambda each: stage.variables[each[1]], uri)


def _may_be(function: Function, uri: str) -> bool:
    """Return whether there are values with which a URI names the function, with or without a qualifier."""
    wrapped = _WRAPPED.search(uri)
    text = wrapped[1] if wrapped else uri
    expression = re.compile(".*".join(re.escape(part) for part in _VARIABLE.split(text)[::2]))
    tail = text.rpartition(":")[2]
    qualifiers = (*function.qualifiers, *(version.number for version in function.versions), "$LATEST", "any", tail)
    return any(expression.fullmatch(function.qualified_arn(each)) for each in qualifiers)
