"""Lambda: versions of layers."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import missing
from tests.simulation.services.lambda_permissions import Permissions
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World


class Layers(Permissions):
    """Layer versions by ARN."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.layers = Shelf(world)
        self._newest: dict[str, int] = {}

    def _layer_arn(self, name: str, number: int) -> str:
        return self.world.arn("lambda", f"layer:{name}:{number}")

    def publish_layer_version(self, *, LayerName: str, Content: Any, Description: str = "") -> Document:
        number = self._newest[LayerName] = self._newest.get(LayerName, 0) + 1
        content = Content["ZipFile"]
        arn = self._layer_arn(LayerName, number)
        version = {
            "LayerArn": arn.rpartition(":")[0],
            "LayerVersionArn": arn,
            "Version": number,
            "Description": Description,
            "CreatedDate": f"{self.world.time.now:.3f}",
            "Content": {
                "CodeSha256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
                "CodeSize": len(content),
                "Location": f"https://layers.example.com/{LayerName}/{number}",
            },
        }
        self.world.packages[version["Content"]["Location"]] = content
        self.layers.put(arn, version)
        return dict(version)

    def list_layer_versions(self, *, LayerName: str) -> Document:
        prefix = self._layer_arn(LayerName, 0)[:-1]
        found = [each for arn, each in self.layers.listed() if arn.startswith(prefix)]
        shown = ("LayerVersionArn", "Version", "Description", "CreatedDate")
        newest_first = sorted(found, key=lambda each: -each["Version"])
        return {"LayerVersions": [{name: each[name] for name in shown} for each in newest_first]}

    def get_layer_version(self, *, LayerName: str, VersionNumber: int) -> Document:
        return self.get_layer_version_by_arn(Arn=self._layer_arn(LayerName, VersionNumber))

    def get_layer_version_by_arn(self, *, Arn: str) -> Document:
        found = self.layers.seen(Arn)
        if found is None:
            raise missing(f"Layer version {Arn}")
        return dict(found)

    def delete_layer_version(self, *, LayerName: str, VersionNumber: int) -> Document:
        arn = self._layer_arn(LayerName, VersionNumber)
        if arn in self.layers.truth:
            self.layers.drop(arn)
        return {}
