"""A proxy version has every setting of $LATEST: what is written there names what the proxy needs, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambda_migrate.actions.function.latest import Proxied
from lambda_migrate.actions.function.proxied_image import ProxiedImage
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.hashing import sha256
from tests.inventory.fake_aws import configuration

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws

OWN = {"TABLE": "orders"}
ADDED = {"LAMBDA_MIGRATE_EVENTS": "all"}
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:proxy:1"
HANDLER = "lambda_migrate_proxy.handler"
ZIP = Proxied("orders", "proxy", "marker", "app.handler", HANDLER, ADDED, "", sha256(OWN))
IMAGE = ProxiedImage("orders", {}, {"Command": [HANDLER]}, ADDED, "", sha256(OWN))
VERSION = PublishVersion("orders", "the code", "lambda-migrate original 1a2b")
CHANGED = {"FunctionName": "orders", "RevisionId": "r-1"}


@dataclass
class Lambda:
    """Answers what the actions read of a function, and keeps what they write."""

    latest: dict[str, Any]
    written: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def wait_function_updated(self, _function: str, _qualifier: str | None = None, **_options: bool) -> dict[str, Any]:
        return self.latest

    def pages(self, *_asked: str, **_named: str) -> list[dict[str, Any]]:
        return [{"Description": "marker", "LayerVersionArn": LAYER}]

    def call(self, _service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        self.written.append((operation, parameters))
        return {"Version": "7", "Description": parameters.get("Description")}


@pytest.mark.parametrize(
    ("act", "there", "written"),
    [
        (
            ZIP.attach,
            {"Handler": "app.handler", "Environment": {"Variables": OWN}},
            {"Handler": HANDLER, "Layers": [LAYER], "Environment": {"Variables": {**OWN, **ADDED}}},
        ),
        (
            ZIP.detach,
            {"Handler": HANDLER, "Layers": [{"Arn": LAYER}], "Environment": {"Variables": {**OWN, **ADDED}}},
            {"Handler": "app.handler", "Layers": [], "Environment": {"Variables": OWN}},
        ),
        (
            IMAGE.attach,
            {"PackageType": "Image", "Environment": {"Variables": OWN}},
            {"ImageConfig": {"Command": [HANDLER]}, "Environment": {"Variables": {**OWN, **ADDED}}},
        ),
        (
            IMAGE.detach,
            {
                "PackageType": "Image",
                "ImageConfigResponse": {"ImageConfig": {"Command": [HANDLER]}},
                "Environment": {"Variables": {**OWN, **ADDED}},
            },
            {"ImageConfig": {}, "Environment": {"Variables": OWN}},
        ),
    ],
    ids=["layer on", "layer off", "image on", "image off"],
)
def test_the_proxy_is_put_on_and_taken_off_by_what_it_needs_alone(
    act: Callable[[Aws], None], there: dict[str, Any], written: dict[str, Any]
) -> None:
    aws = Lambda(configuration(RevisionId="r-1", KMSKeyArn="arn:key", SnapStart={"ApplyOn": "None"}, **there))

    act(cast("Aws", aws))

    assert aws.written == [("update_function_configuration", {**CHANGED, **written})]


def test_a_version_is_published_as_it_is() -> None:
    aws = Lambda(configuration(RevisionId="r-1", CodeSha256="the code"))

    VERSION.apply(cast("Aws", aws))

    told = {"Description": VERSION.marker, "CodeSha256": "the code"}
    assert aws.written == [("publish_version", {**CHANGED, **told})]
