"""The model of what there is: one function, with everything that belongs to it and everything that can invoke it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate import hashing, triggers
from lambda_migrate.function.image import Image
from lambda_migrate.function.model import Alias, Function, Qualified, Version

if TYPE_CHECKING:
    from lambda_migrate.triggers.base import Settings, Trigger

IMAGE = "the container image"
PROXY_LAYER = "lambda-migrate-proxy-"
"""How the layer that holds the proxy is named, before the function's name: each migration has its own to roll back."""

ASYNC_SETTINGS, FUNCTION_URLS, RUNTIME_UPDATES = "async settings", "function URLs", "runtime updates"
PROVISIONED = "provisioned concurrency"
STACKS = "stacks that own alias and triggers"
"""What a plan must not go without; see ``unread``."""


@dataclass(frozen=True)
class Inventory:
    """The world of one function, at one moment.

    Attributes:
        function: The function.
        triggers: Everything that can invoke it, in a stable order.
        unexplained: Callers of which nothing is known but that they may invoke, one line each.
        warnings: What could not be read, and what a person should know, one line each.
        alias: Name of the traffic alias.
        layers: Descriptions of the published versions of the proxy's layer.
        signed_layers: Those of them that a function takes which takes signed code only.
        unread: What could not be read, by name; a warning says why.
        image: What the function runs where that is a container image; without content where it could not be read.
        owners: The CloudFormation stacks of the alias and of triggers, by what CloudFormation calls these.
        declared: Who owns function, alias and triggers, by the same ids: stacks, and what the project's files say.
    """

    function: Function
    triggers: tuple[Trigger[Settings], ...] = ()
    unexplained: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    alias: str = "live"
    layers: tuple[str, ...] = ()
    signed_layers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    owners: dict[str, str] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    image: Image | None = None

    def same_code(self, version: Version) -> bool:
        """Return whether a version runs the code that ``$LATEST`` has, a derived image being the original's code."""
        derived = self.image.derived if self.image else ()
        return version.code_sha256 == self.function.code_sha256 or f"sha256:{version.code_sha256}" in derived

    @property
    def alias_arn(self) -> str:
        """The ARN of the traffic alias, which CloudFormation calls it by."""
        return self.function.qualified_arn(self.alias)

    @property
    def fingerprint(self) -> str:
        """The sha256 hex over all that a plan is made from; dates and other functions' layers are none of it."""
        data = self.to_dict()
        for version in data["function"]["versions"]:
            version.pop("last_modified")
        data["function"].pop("last_modified")
        for trigger in data["triggers"]:
            trigger["settings"].pop("passing")
        data.pop("layers")
        data.pop("signed_layers")
        data.pop("warnings")
        data.pop("unread")
        data.pop("owners")
        data.pop("declared")
        data.pop("image")  # its digest is the function's code
        return hashing.sha256(data)

    def to_dict(self) -> dict[str, Any]:
        """Return the inventory as JSON-able data.

        An image's configuration is left out: it holds the values of variables, and of arguments of the build.
        """
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        if data["image"]:
            data["image"].pop("config")
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Inventory:
        """Read back what :meth:`to_dict` wrote, an image without its configuration."""
        about: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data["function"].items()
        }
        about["versions"] = tuple(Version(**{**each, "layers": tuple(each["layers"])}) for each in about["versions"])
        about["aliases"] = tuple(Alias(**each) for each in about["aliases"])
        about["qualified"] = {
            name: Qualified(**{**each, "policy": tuple(each["policy"])}) for name, each in about["qualified"].items()
        }
        return cls(
            function=Function(**about),
            triggers=tuple(triggers.from_dict(each) for each in data["triggers"]),
            unexplained=tuple(data["unexplained"]),
            warnings=tuple(data["warnings"]),
            alias=data["alias"],
            layers=tuple(data["layers"]),
            signed_layers=tuple(data["signed_layers"]),
            unread=tuple(data["unread"]),
            owners=dict(data["owners"]),
            declared=dict(data["declared"]),
            image=_image(data.get("image")),
        )


def _image(data: dict[str, Any] | None) -> Image | None:
    if data is None:
        return None
    return Image(**{**data, "derived": tuple(data["derived"]), "tags": tuple(data["tags"])})
