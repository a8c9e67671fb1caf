"""Functions in a template of SAM, or of CloudFormation as people write it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.declarations import yaml_text
from lambda_migrate.declarations.model import (
    Declaration,
    line_of,
    mapping,
    number,
    python_of,
    sequence,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NAME = "template"
FILES = (
    "template.yaml",
    "template.yml",
    "template.json",
    "sam.yaml",
    "sam.yml",
    "cloudformation.yaml",
    "cloudformation.yml",
)
FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
LAYERS = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
_FILLED = re.compile(r"\$\{(?!!)([^}]+)\}")


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield every Lambda function of the template.

    Raises:
        Unreadable: It cannot be parsed.
    """
    yield from functions(path, text, yaml_text.load(text))


def functions(path: Path, text: str, document: Mapping[str, object]) -> Iterator[Declaration]:
    """Yield the functions of a template that is read already."""
    template = Template(document)
    for key, resource in template.resources.items():
        if resource.get("Type") in FUNCTIONS:
            yield template.function(path, key, resource, line_of(text, rf"^\s*[\"']?{re.escape(key)}[\"']?\s*:"))


class Template:
    """A template that is read already."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self.resources = {key: mapping(value) for key, value in mapping(document.get("Resources")).items()}
        self.globals = mapping(mapping(document.get("Globals")).get("Function"))
        self.defaults = {
            key: str(mapping(value)["Default"])
            for key, value in mapping(document.get("Parameters")).items()
            if "Default" in mapping(value)
        }

    def function(self, path: Path, key: str, resource: Mapping[str, object], line: int) -> Declaration:
        """Return what it says of one function."""
        own = mapping(resource.get("Properties"))
        properties = {**self.globals, **own} if resource["Type"] == FUNCTIONS[0] else own
        metadata = mapping(resource.get("Metadata"))
        image = properties.get("PackageType") == "Image" or "Dockerfile" in metadata
        code = metadata.get("DockerContext") if image else properties.get("CodeUri", properties.get("Code"))
        folder = self._folder(path, code)
        layers = [*sequence(self.globals.get("Layers")), *sequence(own.get("Layers"))]
        return Declaration(
            line=line,
            key=key,
            name=self.text(properties.get("FunctionName")) or "",
            folder=folder,
            handler=self.text(properties.get("Handler")) or "",
            python=python_of(self.text(properties.get("Runtime"))),
            variables=self._variables(own),
            timeout=number(self.text(properties.get("Timeout"))),
            memory=whole(self.text(properties.get("MemorySize"))),
            layers=tuple(arn for each in layers if (arn := self.text(each)) and arn.startswith("arn:")),
            shared=tuple(place for each in layers if (place := self._layer(path, each)) is not None),
            routes=tuple(self._routes(own)),
            command=tuple(str(each) for each in sequence(mapping(properties.get("ImageConfig")).get("Command"))),
            image=image,
            architecture=str(next(iter(sequence(properties.get("Architectures"))), "")),
        )

    def text(self, value: object) -> str | None:
        """Return what a value is, with the defaults of parameters; None where only the deployment knows."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, (str, int, float)):
            return str(value)
        given = mapping(value)
        if "Ref" in given:
            return self.defaults.get(str(given["Ref"]))
        filled = given.get("Fn::Sub")
        if isinstance(filled, str) and all(name in self.defaults for name in _FILLED.findall(filled)):
            return _FILLED.sub(lambda match: self.defaults[match[1]], filled)
        return None

    def _variables(self, own: Mapping[str, object]) -> dict[str, str | None]:
        both = (self.globals, own)
        given = [mapping(mapping(each.get("Environment")).get("Variables")) for each in both]
        return {name: self.text(value) for each in given for name, value in each.items()}

    def _folder(self, path: Path, code: object) -> Path | None:
        if not isinstance(code, str) or "://" in code:
            return path.parent if code is None else None
        place = path.parent / code
        return place if place.is_dir() else None

    def _layer(self, path: Path, each: object) -> Path | None:
        layer = self.resources.get(str(mapping(each).get("Ref")), {})
        if layer.get("Type") not in LAYERS:
            return None
        content = mapping(layer.get("Properties")).get("ContentUri")
        return self._folder(path, content) if content is not None else None

    def _routes(self, own: Mapping[str, object]) -> Iterator[str]:
        for event in mapping(own.get("Events")).values():
            given = mapping(event)
            properties = mapping(given.get("Properties"))
            if given.get("Type") in ("Api", "HttpApi"):
                method, place = (self.text(properties.get(each)) for each in ("Method", "Path"))
                yield f"{(method or 'ANY').upper()} {place}" if place else "$default"
