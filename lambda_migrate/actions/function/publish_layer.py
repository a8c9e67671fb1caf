"""Publishes the proxy as a layer."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import layer_versions_marked
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import StalePlan
from lambda_migrate.proxy import layer

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PublishLayer:
    """Publish a version of the proxy's layer.

    Attributes:
        name: Name of the layer.
        sha256: Of the layer's zip, hex; what this version of lambda-migrate builds must have it.
        marker: The layer version's description, by which it is found again.
    """

    kind: ClassVar[str] = "publish_layer"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str
    sha256: str
    marker: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"layer {self.name}: publish “{self.marker}”"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"layer {self.name}: delete “{self.marker}”"

    def observe(self, aws: Aws) -> Observed:
        """Return whether a layer version carries the marker, with the very content."""
        marked = layer_versions_marked(aws, self.name, self.marker)
        if not marked:
            return Observed.BEFORE
        expected = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        return Observed.AFTER if all(self._code(aws, each) == expected for each in marked) else Observed.DRIFT

    def _code(self, aws: Aws, version: Document) -> str:
        published = aws.call("lambda", "get_layer_version", LayerName=self.name, VersionNumber=version["Version"])
        return str(published["Content"]["CodeSha256"])

    def apply(self, aws: Aws) -> None:
        """Build the layer and publish it.

        Raises:
            StalePlan: This version of lambda-migrate builds another layer than the plan was made with.
        """
        content = content_of(self.sha256)
        aws.call(
            "lambda",
            "publish_layer_version",
            LayerName=self.name,
            Description=self.marker,
            Content={"ZipFile": content},
        )

    def undo(self, aws: Aws) -> None:
        """Delete the layer version; function versions that carry it keep it."""
        for version in layer_versions_marked(aws, self.name, self.marker):
            aws.call("lambda", "delete_layer_version", LayerName=self.name, VersionNumber=version["Version"])

    def led_to(self, aws: Aws) -> str:  # noqa: ARG002  # as every action's
        """Return nothing: it is named after the function, and is added to no other by us."""
        return ""

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("lambda", "ListLayerVersions PublishLayerVersion", LayerName=self.name),
            *calls("lambda", "GetLayerVersion DeleteLayerVersion", LayerName=self.name),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        marked = layer_versions_marked(aws, self.name, self.marker)
        numbers = ", ".join(f"version {each['Version']} (code {self._code(aws, each)})" for each in marked)
        return numbers or f"no version “{self.marker}” of layer {self.name}"


def content_of(sha256: str) -> bytes:
    """Return the layer's zip, which must have that sha256.

    Raises:
        StalePlan: This version of lambda-migrate builds another layer than the plan was made with.
    """
    content = layer.build().content
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StalePlan(
            "the plan was made with another version of the proxy than this lambda-migrate builds",
            hint="run `lambda-migrate plan` again, with the same version of lambda-migrate",
        )
    return content
