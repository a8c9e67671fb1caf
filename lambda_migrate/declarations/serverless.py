"""Functions of the Serverless Framework: ``serverless.yml``.

https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.declarations import yaml_text
from lambda_migrate.declarations.model import Declaration, line_of, mapping, number, python_of, sequence, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NAME = "Serverless Framework"
FILES = ("serverless.yml", "serverless.yaml", "serverless.json")
TIMEOUT = 6.0
"""Seconds, where the file does not say."""
MEMORY = 1024
_SELF = re.compile(r"\$\{self:([\w.-]+)\}")
_DEEPEST = 5


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield every function of the service.

    Raises:
        Unreadable: It cannot be parsed.
    """
    document = yaml_text.load(text)
    provider = mapping(document.get("provider"))
    for key, given in mapping(document.get("functions")).items():
        function = mapping(given)
        both = {**provider, **function}
        stage = _text(provider.get("stage"), document)
        service = _text(document.get("service"), document) or _text(
            mapping(document.get("service")).get("name"), document
        )
        layers = [*sequence(provider.get("layers")), *sequence(function.get("layers"))]
        yield Declaration(
            line=line_of(text, rf"^\s+[\"']?{re.escape(key)}[\"']?\s*:"),
            key=key,
            name=_text(function.get("name"), document) or (f"{service}-{stage or 'dev'}-{key}" if service else ""),
            folder=path.parent,
            handler=_text(function.get("handler"), document) or "",
            python=python_of(_text(both.get("runtime"), document)),
            variables=_variables(provider, function, document),
            timeout=number(_text(both.get("timeout", TIMEOUT), document)),  # None where only deploying tells
            memory=whole(_text(both.get("memorySize", MEMORY), document)),
            layers=tuple(arn for each in layers if (arn := _text(each, document)) and arn.startswith("arn:")),
            shared=tuple(_own_layers(path, layers, document)),
            routes=tuple(_routes(function, document)),
            image="image" in function,
            architecture=_text(both.get("architecture"), document) or "",
        )


def _text(value: object, document: Mapping[str, object], depth: int = _DEEPEST) -> str | None:
    """Return what a value is, with what the file says elsewhere; None where only the deployment knows."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if not isinstance(value, str) or depth == 0:
        return None
    for place in _SELF.findall(value):
        inner: object = document
        for part in place.split("."):
            inner = mapping(inner).get(part)
        told = _text(inner, document, depth - 1)
        if told is not None:
            value = value.replace(f"${{self:{place}}}", told)
    return None if "${" in value else value


def _variables(
    provider: Mapping[str, object], function: Mapping[str, object], document: Mapping[str, object]
) -> dict[str, str | None]:
    both = (mapping(provider.get("environment")), mapping(function.get("environment")))
    return {name: _text(value, document) for each in both for name, value in each.items()}


def _own_layers(path: Path, used: list[object], document: Mapping[str, object]) -> Iterator[Path]:
    """Yield the folders of the file's own layers that a function uses: ``MyLayer`` is ``{Ref: MyLayerLambdaLayer}``."""
    names = {str(mapping(each).get("Ref", "")).lower() for each in used}
    for key, layer in mapping(document.get("layers")).items():
        place = mapping(layer).get("path")
        if f"{key}lambdalayer".lower() in names and isinstance(place, str) and (path.parent / place).is_dir():
            yield path.parent / place


def _routes(function: Mapping[str, object], document: Mapping[str, object]) -> Iterator[str]:
    for each in sequence(function.get("events")):
        for kind, given in mapping(each).items():
            if kind not in ("http", "httpApi"):
                continue
            if isinstance(given, str):
                method, _, place = given.partition(" ")
                yield "$default" if given == "*" else f"{_method(method)} /{place.lstrip('/')}"
            elif place_told := _text(mapping(given).get("path"), document):
                yield f"{_method(str(mapping(given).get('method', 'any')))} /{place_told.lstrip('/')}"


def _method(text: str) -> str:
    return "ANY" if text in ("*", "any", "ANY") else text.upper()
