"""Functions in a template of SAM, or of CloudFormation as people write it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from lambda_migrate.declarations import yaml_text
from lambda_migrate.declarations.model import (
    Declaration,
    layer_arn,
    lines_of_keys,
    mapping,
    number,
    python_of,
    sequence,
    whole,
)
from lambda_migrate.file_names import slashed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NAME = "template"
FILES = (
    "template.yaml",
    "template.yml",
    "template.json",
    "template[-._]*.yaml",
    "template[-._]*.yml",
    "*[-.]template.yaml",
    "*[-.]template.yml",
    "sam.yaml",
    "sam.yml",
    "cloudformation.yaml",
    "cloudformation.yml",
)

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
LAYERS = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
RESOLVED = "{{resolve:"
"""What a value holds that CloudFormation looks up when it deploys ("Dynamic references", CloudFormation user guide)."""
_FILLED = re.compile(r"\$\{(?!!)([^}]+)\}")
_DEEPEST = 5


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield every Lambda function of the template.

    Raises:
        Unreadable: It cannot be parsed.
    """
    yield from functions(path, text, yaml_text.load(text))


def functions(path: Path, text: str, document: Mapping[str, object]) -> Iterator[Declaration]:
    """Yield the functions of a template that is read already."""
    template, lines = Template(document), lines_of_keys(text)
    for key, resource in template.resources.items():
        if resource.get("Type") in FUNCTIONS and not _is_inline(mapping(resource.get("Properties"))):
            yield template.function(path, key, resource, lines.get(key, 0))


def _is_inline(properties: Mapping[str, object]) -> bool:
    """Return whether the template itself holds the code, as of a custom resource: no folder has it."""
    return "InlineCode" in properties or "ZipFile" in mapping(properties.get("Code"))


def _is_its_value(parameter: Mapping[str, object]) -> bool:
    """Return whether the default of a parameter is what stands for it: not the name of one that is looked up.

    What is not to be seen (``NoEcho``) has no default that anybody should deploy with.
    """
    looked_up = str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter::Value")
    hidden = str(parameter.get("NoEcho", "")).lower() == "true"
    return parameter.get("Default") is not None and not looked_up and not hidden


class Template:
    """A template that is read already."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self.resources = {key: mapping(value) for key, value in mapping(document.get("Resources")).items()}
        self.globals = mapping(mapping(document.get("Globals")).get("Function"))
        parameters = {key: mapping(value) for key, value in mapping(document.get("Parameters")).items()}
        self.defaults = {key: str(each["Default"]) for key, each in parameters.items() if _is_its_value(each)}

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
            layers=tuple(arn for each in layers if (arn := layer_arn(self.text(each), mapping(each).get("Fn::Sub")))),
            shared=tuple(place for each in layers if (place := self._layer(path, each)) is not None),
            routes=tuple(self._routes(own)),
            command=tuple(self._texts(mapping(properties.get("ImageConfig")).get("Command"))),
            image=image,
            architecture=next(self._texts(properties.get("Architectures")), ""),
        )

    def text(self, value: object, depth: int = _DEEPEST) -> str | None:
        """Return what a value is, with the defaults of parameters; None where only the deployment knows."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, (str, int, float, date)):
            return None if RESOLVED in str(value) else str(value)
        return self._called(mapping(value), depth) if depth else None

    def _called(self, given: Mapping[str, object], depth: int) -> str | None:
        """Return what a function of templates gives, of those that need nothing but the template."""
        if "Ref" in given:
            return self.defaults.get(str(given["Ref"]))
        if "Fn::Sub" in given:
            return self._filled(given["Fn::Sub"], depth)
        return self._joined(given["Fn::Join"], depth) if "Fn::Join" in given else None

    def _texts(self, values: object) -> Iterator[str]:
        yield from (text for each in sequence(values) if (text := self.text(each)) is not None)

    def _filled(self, written: object, depth: int) -> str | None:
        """Return a text with its placeholders filled in; they may be named beside it."""
        text, more = (written, {}) if isinstance(written, str) else (*sequence(written), {}, {})[:2]
        values = {**self.defaults, **{name: self.text(each, depth - 1) for name, each in mapping(more).items()}}
        if not isinstance(text, str) or RESOLVED in text or None in map(values.get, _FILLED.findall(text)):
            return None
        return _FILLED.sub(lambda match: values[match[1]] or "", text).replace("${!", "${")

    def _joined(self, written: object, depth: int) -> str | None:
        between, parts = (*sequence(written), None, None)[:2]
        texts = [self.text(each, depth - 1) for each in sequence(parts)]
        known = [each for each in texts if each is not None]
        return between.join(known) if isinstance(between, str) and texts and len(known) == len(texts) else None

    def _variables(self, own: Mapping[str, object]) -> dict[str, str | None]:
        both = (self.globals, own)
        given = [mapping(mapping(each.get("Environment")).get("Variables")) for each in both]
        return {name: self.text(value) for each in given for name, value in each.items()}

    def _folder(self, path: Path, code: object) -> Path | None:
        if not isinstance(code, str) or "://" in code:
            return path.parent if code is None else None
        place = path.parent / slashed(code)
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
