"""Functions of the Serverless Framework: ``serverless.yml``.

https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.declarations import yaml_text
from lambda_migrate.declarations.cloudformation import RESOLVED
from lambda_migrate.declarations.model import (
    Declaration,
    layer_arn,
    line_of,
    mapping,
    number,
    python_of,
    sequence,
    whole,
)
from lambda_migrate.declarations.serverless_references import References
from lambda_migrate.file_names import slashed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "Serverless Framework"
FILES = ("serverless.yml", "serverless.yaml", "serverless.json")
TIMEOUT = 6.0
"""Seconds, where the file does not say."""
MEMORY = 1024


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield every function of the service; what the file names beside itself is looked up.

    Raises:
        Unreadable: It cannot be parsed.
    """
    document = yaml_text.load(text)
    references = References(path.parent, document)
    provider = references.mapping(document.get("provider"))
    service = references.text(document.get("service")) or references.text(mapping(document.get("service")).get("name"))
    stage = references.text(provider.get("stage")) or "dev"
    for key, given in references.mapping(document.get("functions")).items():
        function = references.mapping(given)
        both = {**provider, **function}
        layers = [*sequence(provider.get("layers")), *sequence(function.get("layers"))]
        command = sequence(mapping(function.get("image")).get("command"))
        yield Declaration(
            line=line_of(text, rf"^\s+[\"']?{re.escape(key)}[\"']?\s*:"),
            key=key,
            name=references.text(function.get("name")) or (f"{service}-{stage}-{key}" if service else ""),
            folder=_folder(path, references.text(both.get("module"))),
            handler=references.text(function.get("handler")) or "",
            python=python_of(references.text(both.get("runtime"))),
            variables=_variables(provider, function, references),
            timeout=number(references.text(both.get("timeout", TIMEOUT))),  # None where only deploying tells
            memory=whole(references.text(both.get("memorySize", MEMORY))),
            layers=tuple(arn for each in layers if (arn := layer_arn(references.text(each), each))),
            shared=tuple(_own_layers(path, layers, references.mapping(document.get("layers")))),
            routes=tuple(_routes(function, references)),
            command=tuple(told for each in command if (told := references.text(each))),
            image="image" in function,
            architecture=references.text(both.get("architecture")) or "",
        )


def _folder(path: Path, module: str | None) -> Path:
    """Return the folder that a function is packed from: with serverless-python-requirements, it may have its own."""
    place = path.parent / slashed(module) if module else path.parent
    return place if place.is_dir() else path.parent


def _variables(
    provider: dict[str, object], function: dict[str, object], references: References
) -> dict[str, str | None]:
    given = (references.mapping(each.get("environment")) for each in (provider, function))
    return {name: _told(references.text(value)) for each in given for name, value in each.items()}


def _told(text: str | None) -> str | None:
    return None if text is None or RESOLVED in text else text


def _own_layers(path: Path, used: list[object], layers: dict[str, object]) -> Iterator[Path]:
    """Yield the folders of the file's own layers that a function uses: ``MyLayer`` is ``{Ref: MyLayerLambdaLayer}``."""
    names = {str(mapping(each).get("Ref", "")).lower() for each in used}
    for key, layer in layers.items():
        place = mapping(layer).get("path")
        if f"{key}lambdalayer".lower() in names and isinstance(place, str):
            folder = path.parent / slashed(place)
            yield from [folder] if folder.is_dir() else []


def _routes(function: dict[str, object], references: References) -> Iterator[str]:
    for each in sequence(references.value(function.get("events"))):
        for kind, given in references.mapping(each).items():
            if kind not in ("http", "httpApi"):
                continue
            if isinstance(given, str):
                method, _, place = given.partition(" ")
                yield "$default" if given == "*" else f"{_method(method)} /{place.lstrip('/')}"
            elif place_told := references.text(mapping(given).get("path")):
                yield f"{_method(str(mapping(given).get('method', 'any')))} /{place_told.lstrip('/')}"


def _method(text: str) -> str:
    return "ANY" if text in ("*", "any", "ANY") else text.upper()
