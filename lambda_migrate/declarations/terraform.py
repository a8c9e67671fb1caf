"""Functions in Terraform and OpenTofu: the resource ``aws_lambda_function`` and the module that most people use.

https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/lambda_function.html.markdown
https://github.com/terraform-aws-modules/terraform-aws-lambda
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.declarations import hcl
from lambda_migrate.declarations.hcl import Block, Expression
from lambda_migrate.declarations.hcl_names import Names
from lambda_migrate.declarations.model import Declaration, number, python_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.declarations.hcl import Value

NAME = "Terraform"
FILES = ("*.tf",)
MODULE = "terraform-aws-modules/lambda/aws"


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield every Lambda function of a file; what its neighbours define is looked up in them.

    Raises:
        Unreadable: Its brackets do not match.
    """
    blocks = hcl.parse(text)
    if not any(_is_function(each) for each in blocks):
        return
    folder = _Folder(path, blocks)
    for block in blocks:
        if _is_function(block):
            yield folder.function(block)


def _is_function(block: Block) -> bool:
    if block.kind == "module":
        return MODULE in str(block.values.get("source", "")) and "handler" in block.values
    return block.kind == "resource" and block.labels[:1] == ("aws_lambda_function",)


class _Folder:
    """A folder of ``*.tf`` files, which are one module."""

    def __init__(self, path: Path, blocks: list[Block]) -> None:
        self.folder = path.parent
        self.blocks = list(blocks)
        for other in sorted(path.parent.glob("*.tf")):
            if other != path and other.is_file():
                try:
                    self.blocks += hcl.parse(other.read_text(encoding="utf-8-sig", errors="replace"))
                except (ValueError, OSError):
                    continue  # its own turn comes, and its own line in the report
        self.names = Names(self.blocks, self.folder)
        self.text = self.names.text

    def function(self, block: Block) -> Declaration:
        values = block.values
        environment = block.inner("environment")
        variables = environment.values.get("variables") if environment else values.get("environment_variables")
        name, timeout, memory = "function_name", values.get("timeout", 3.0), values.get("memory_size", 128.0)
        return Declaration(
            line=block.line,
            key=block.labels[-1],
            name=self.text(values.get(name)) or "",
            folder=self._source(values.get("source_path", values.get("filename"))),
            handler=self.text(values.get("handler")) or "",
            python=python_of(self.text(values.get("runtime"))),
            variables={each: self.text(given) for each, given in self._object(variables).items()},
            timeout=number(self.text(timeout)),  # None where only applying tells
            memory=whole(self.text(memory)),
            layers=tuple(arn for each in self._list(values.get("layers")) if (arn := self.text(each))),
            shared=tuple(self._layers(values.get("layers"))),
            routes=tuple(self._routes()),
            command=tuple(self._command(block)),
            image=self.text(values.get("package_type")) == "Image" or "image_uri" in values,
            architecture=next((self.text(each) or "" for each in self._list(values.get("architectures"))), ""),
        )

    def _source(self, value: Value) -> Path | None:
        """Return the folder that a package is made from: named, or zipped by ``archive_file``."""
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("path")
        archive = re.match(r"data\.archive_file\.([\w-]+)\.", value.text) if isinstance(value, Expression) else None
        if archive:
            blocks = (each for each in self.blocks if each.labels == ("archive_file", archive[1]))
            given = next((each.values for each in blocks), {})
            value = given.get("source_dir", given.get("source_file"))
        written = self.text(value)
        place = self.folder / written if written else None
        if place is None or place.suffix == ".zip":
            return None
        place = place.parent if place.suffix == ".py" else place
        return place if place.is_dir() else None

    def _layers(self, value: Value) -> Iterator[Path]:
        """Yield the folders of layers that the same files make."""
        for each in self._list(value):
            made = (
                re.match(r"(?:aws_lambda_layer_version|module)\.([\w-]+)\.", each.text)
                if isinstance(each, Expression)
                else None
            )
            for block in self.blocks if made else ():
                if made and block.labels[-1:] == (made[1],) and block.kind in ("resource", "module"):
                    place = self._source(block.values.get("source_path", block.values.get("filename")))
                    yield from [place] if place else []

    def _routes(self) -> Iterator[str]:
        """Yield the routes of HTTP APIs, where there is only one function that they can lead to."""
        if sum(1 for each in self.blocks if _is_function(each)) == 1:
            for block in self.blocks:
                if block.labels[:1] == ("aws_apigatewayv2_route",):
                    yield self.text(block.values.get("route_key")) or "$default"

    def _command(self, block: Block) -> Iterator[str]:
        configured = block.inner("image_config")
        for each in self._list(
            configured.values.get("command") if configured else block.values.get("image_config_command")
        ):
            yield self.text(each) or ""

    def _object(self, value: Value) -> dict[str, Value]:
        if isinstance(value, Expression):
            value = self.names.known.get(value.text)
        return value if isinstance(value, dict) else {}

    def _list(self, value: Value) -> list[Value]:
        return value if isinstance(value, list) else []
