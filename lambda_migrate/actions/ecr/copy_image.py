"""Copies an image of another account's registry into a repository of our own, where the proxy's layer is added."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.ecr.tagged import Tagged
from lambda_migrate.aws.download import ROOM, fetch_into, require_room
from lambda_migrate.errors import MigrateError
from lambda_migrate.function import image, registry

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CopyImage(Tagged):
    """Copy an image blob by blob, one at a time by way of a file without a name; what is there already is not sent.

    Attributes:
        source: Registry and repository that it is in, ``999999999999.dkr.ecr.eu-west-1.amazonaws.com/orders``.
        repository: Name of the repository in our own registry.
        digest: The image's, which the copy has too.
        tag: Ours, which nobody else uses.
    """

    kind: ClassVar[str] = "copy_image"
    source: str
    repository: str
    digest: str
    tag: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"image {self.repository}:{self.tag}: copy {self.digest[:19]}… from {self.source}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"image {self.repository}:{self.tag}: remove the tag, the copy goes with its last"

    def apply(self, aws: Aws) -> None:
        """Copy the layers and the configuration, unless they are there, and put the manifest last.

        Raises:
            Drifted: The image is not there any more.
            MigrateError: A blob cannot be downloaded, or the disk does not take it.
        """
        there = self._there
        text, media_type = registry.original(aws, there.name, self.digest, there.registry)
        document = json.loads(text)
        blobs = [document["config"], *document["layers"]]
        missing = [each for each in blobs if not registry.available(aws, self.repository, str(each["digest"]))]
        require_room(max((int(each["size"]) for each in missing), default=0))
        total, done = sum(int(each["size"]) for each in missing), 0
        for each in missing:
            self._copy(aws, str(each["digest"]), int(each["size"]))
            done += int(each["size"])
            aws.looked(f"bytes of {self.source}", done, total)
        registry.put(aws, self.repository, text, media_type, self.tag, self.digest)

    def _copy(self, aws: Aws, digest: str, size: int) -> None:
        there, what = self._there, f"{digest[:19]}… of {self.source}"
        url = registry.url_of(aws, there.name, digest, there.registry)
        with tempfile.TemporaryFile() as file:
            try:
                fetch_into(file, url, digest.partition(":")[2], size, what, downloads=aws.downloads())
            except OSError as error:
                raise MigrateError(f"{what} cannot be kept: {error.strerror}", hint=ROOM) from error
            registry.send(aws, self.repository, digest, file)

    def undo(self, aws: Aws) -> None:
        """Remove our tag; with the last one ECR deletes the copy (BatchDeleteImage). The original stays where it is."""
        self.untag(aws)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        there = self._there
        return (
            *registry.calls_of(there.name, registry.READS, owner=there.registry),
            *registry.calls_of(self.repository, "BatchGetImage", registry.PUSHES, "BatchDeleteImage"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        digest = self.tagged(aws)
        return f"{self.repository}:{self.tag} is {digest}" if digest else f"no {self.repository}:{self.tag}"

    @property
    def _there(self) -> image.Image:
        return image.Image(self.source, self.digest)
