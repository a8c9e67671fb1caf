"""ECR with one image, the function that runs it, and a web server that hands out layers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import NotFound
from lambda_migrate.http import Client
from tests.inventory.fake_aws import FakeAws
from tests.support.images import DOCKER, Built, digest
from tests.support.listening import Handler, listening

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT, OTHER = "123456789012", "999999999999"


class Registry(FakeAws):
    """ECR with one image, and the function that runs it; `ours` says whether our own account has the repository."""

    account = ACCOUNT
    endpoint = "https://lambda.eu-west-1.amazonaws.com"
    on_this_machine = False

    def __init__(self, built: Built, url: str, *, owner: str = ACCOUNT, ours: bool = True, **configured: Any) -> None:
        super().__init__()
        self.ours = ours
        self.owners: set[Any] = set()
        self.url = url
        uri = f"{owner}.dkr.ecr.eu-west-1.amazonaws.com/shop/orders@{built.digest}"
        configuration = {
            "FunctionName": "orders",
            "FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders",
            "PackageType": "Image",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/orders",
            "CodeSha256": built.digest[7:],
            "Environment": {"Variables": {"LEVEL": "debug"}},
            **configured,
        }
        shown = {
            "imageId": {"imageDigest": built.digest},
            "imageManifest": built.manifest.decode(),
            "imageManifestMediaType": DOCKER,
        }
        self.answers |= {
            "lambda:get_function": {"Configuration": configuration, "Code": {"ResolvedImageUri": uri}},
            "ecr:batch_get_image": lambda **asked: self._owned(asked, {"images": [shown]}),
            "ecr:get_download_url_for_layer": lambda **asked: self._owned(
                asked, {"downloadUrl": f"{self.url}/{asked['layerDigest']}"}
            ),
        }

    def _owned(self, asked: dict[str, Any], answer: Any) -> Any:
        self.owners.add(asked.get("registryId"))
        return answer if self.ours or "registryId" in asked else NotFound("the repository is not there")

    def downloads(self) -> Client:
        return Client()


@contextmanager
def registry(built: Built, **changed: Any) -> Iterator[Registry]:
    blobs = {digest(each): each for each in (*built.layers, built.config)}

    class Shelf(Handler):
        def serve(self) -> None:
            blob = blobs.get(self.path.strip("/"))
            self.answer(404 if blob is None else 200, blob or b"")

    with listening(Shelf) as url:
        yield Registry(built, url, **changed)
