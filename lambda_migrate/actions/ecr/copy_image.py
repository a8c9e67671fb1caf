"""Copies an image of another account's registry into a repository of our own, where the proxy's layer is added."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.ecr.tagged import Tagged
from lambda_migrate.aws.download import ROOM, fetch_into, require_room
from lambda_migrate.errors import Interrupted, MigrateError
from lambda_migrate.function import image, registry
from lambda_migrate.function.layer_upload import held, send
from lambda_migrate.function.transfer import Transfer
from lambda_migrate.proxy.image import CannotDeriveError, Described, blobs_of

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

TOLD = 8 * 2**20
"""Bytes between two reports of progress."""


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
        """Copy all of it in one go; see :meth:`apply_in_parts`."""
        self.apply_in_parts(aws, Transfer())

    def apply_in_parts(self, aws: Aws, transfer: Transfer) -> None:
        """Copy the layers and the configuration, unless they are there, and put the manifest last.

        Raises:
            Drifted: The image is not there any more.
            MigrateError: A blob cannot be downloaded, or the disk does not take it.
            Interrupted: `transfer` said so; what has arrived stays.
        """
        there = self._there
        text, media_type = registry.original(aws, there.name, self.digest, there.registry)
        blobs = {each.digest: each for each in self._blobs(text)}
        there_already = held(aws, self.repository, list(blobs))
        missing = [each for digest, each in blobs.items() if digest not in there_already]
        require_room(max((each.size for each in missing), default=0))
        way = _Way(self, aws, transfer, sum(each.size for each in missing))
        try:
            for each in missing:
                way.bring(each)
        except Interrupted as stopped:
            raise Interrupted(
                f"stopped while the image was copied: {way.sent:,} of {way.total:,} bytes of {self.source}"
                f" are in repository `{self.repository}`",
                hint="what has arrived is kept; the same command resumes there",
            ) from stopped
        registry.put(aws, self.repository, text, media_type, self.tag, self.digest)

    def _blobs(self, manifest: str) -> tuple[Described, ...]:
        try:
            return blobs_of(manifest)
        except CannotDeriveError as reason:
            raise MigrateError(
                f"image {self.digest} of {self.source} cannot be copied: {reason}", hint=registry.BUILD_AGAIN
            ) from reason

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


class _Way:
    """Copies an image's blobs: each is downloaded to a file without a name, and uploaded from there."""

    def __init__(self, copied: CopyImage, aws: Aws, transfer: Transfer, total: int) -> None:
        self._copied, self._aws, self._transfer = copied, aws, transfer
        self._there = image.Image(copied.source, copied.digest)
        self.total = total
        self._came = self._done = self.sent = 0
        self._told = -TOLD

    def bring(self, blob: Described) -> None:
        """Copy one blob; the file holds it meanwhile."""
        what = f"{blob.digest[:19]}… of {self._copied.source}"
        url = registry.url_of(self._aws, self._there.name, blob.digest, self._there.registry)
        with tempfile.TemporaryFile() as file:
            try:
                sha256, downloads = blob.digest.partition(":")[2], self._aws.downloads()
                fetch_into(file, url, sha256, blob.size, what, downloads=downloads, came=self._comes)
            except OSError as error:
                raise MigrateError(f"{what} cannot be kept: {error.strerror}", hint=ROOM) from error
            send(self._aws, self._copied.repository, blob.digest, file, self._transfer, self._goes)
        self._done += blob.size

    def _comes(self, count: int) -> None:
        self._came += count
        self._transfer.pause()
        if self._came >= self._told + TOLD or self._came == self.total:
            self._told = self._came
            self._aws.looked(f"bytes from {self._copied.source}", self._came, self.total)

    def _goes(self, count: int) -> None:
        self.sent = self._done + count
        self._aws.looked(f"bytes into repository `{self._copied.repository}`", self.sent, self.total)
