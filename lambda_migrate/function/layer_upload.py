"""Uploads a blob to an ECR repository part by part, and resumes where an earlier attempt stopped.

InitiateLayerUpload draws an id and says how long parts are; UploadLayerPart takes them one behind the other, and
refuses one that does not continue what it has with the last byte that counts; CompleteLayerUpload holds the whole
against its digest (ECR API reference). A part whose answer was lost may have come or not: it is sent once more, and the
refusal says where to go on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from lambda_migrate.errors import AwsError, NoAnswer
from lambda_migrate.function.transfer import Transfer, Upload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_migrate.aws.session import Aws

ALREADY = frozenset({"LayerAlreadyExistsException", "ImageAlreadyExistsException"})

NOT_CONTINUED = "InvalidLayerPartException"
"""ECR's error for a part that does not continue the upload; `lastValidByteReceived` says how far it is."""

GONE = frozenset(
    {"UploadNotFoundException", "EmptyUploadException", "InvalidLayerException", "LayerPartTooSmallException"}
)
"""ECR's errors for an upload that it has forgotten, or that does not match its digest."""

ATTEMPTS = 3
"""How many attempts there are without progress."""

LONGEST_PART = 20_971_520
"""Bytes of one part of an upload, at most (UploadLayerPart, ECR API reference)."""

AVAILABLE = "AVAILABLE"
MOST_DIGESTS = 100
"""Blobs that are asked for at once, at most (BatchCheckLayerAvailability, ECR API reference)."""


def _unwatched(_sent: int) -> None:
    """Nobody wants to know."""


def send(
    aws: Aws,
    repository: str,
    digest: str,
    content: BinaryIO,
    transfer: Transfer | None = None,
    sent: Callable[[int], None] = _unwatched,
) -> None:
    """Upload a file to a repository unless it is there; one part is in memory at a time.

    Args:
        aws: A session that may change things.
        repository: The repository's name.
        digest: Of the file.
        content: The file, which can be read from anywhere.
        transfer: What may be done between two parts, and what is known of earlier attempts.
        sent: Told how many bytes have arrived.

    Raises:
        AwsError: ECR refuses.
        Interrupted: `transfer` said so; what has arrived stays there.
    """
    _Sending(aws, repository, digest, content, transfer or Transfer(), sent).go()


def held(aws: Aws, repository: str, digests: Sequence[str]) -> frozenset[str]:
    """Return which of some blobs a repository has."""
    there: set[str] = set()
    for first in range(0, len(digests), MOST_DIGESTS):
        asked = {"repositoryName": repository, "layerDigests": list(digests[first : first + MOST_DIGESTS])}
        shown = aws.call("ecr", "batch_check_layer_availability", **asked).get("layers") or ()
        there |= {str(each.get("layerDigest")) for each in shown if each.get("layerAvailability") == AVAILABLE}
    return frozenset(there)


class _Sending:
    """One blob on its way."""

    def __init__(
        self,
        aws: Aws,
        repository: str,
        digest: str,
        content: BinaryIO,
        transfer: Transfer,
        sent: Callable[[int], None],
    ) -> None:
        self._aws, self._repository, self._digest = aws, repository, digest
        self._content, self._size = content, content.seek(0, os.SEEK_END)
        self._transfer, self._sent = transfer, sent
        self._upload = transfer.unfinished.find(repository, digest)
        self._furthest = self._upload.received if self._upload else 0
        self._left = ATTEMPTS

    def go(self) -> None:
        """Send until it has arrived; each attempt first checks whether it has."""
        while self._digest not in held(self._aws, self._repository, [self._digest]):
            try:
                self._complete(self._parts(self._upload or self._begin()))
            except AwsError as error:
                self._take(error)
            else:
                break
        self._transfer.unfinished.drop(self._repository, self._digest)
        self._sent(self._size)

    def _begin(self) -> Upload:
        begun = self._aws.call("ecr", "initiate_layer_upload", repositoryName=self._repository)
        part = min(int(begun.get("partSize") or 0) or LONGEST_PART, LONGEST_PART)
        return self._keep(Upload(str(begun["uploadId"]), part))

    def _parts(self, upload: Upload) -> Upload:
        """Send the parts that are missing; return the upload with all of them."""
        while upload.received < self._size:
            self._sent(upload.received)
            self._transfer.pause()
            first = self._content.seek(upload.received)
            part = self._content.read(upload.part)
            place = {"partFirstByte": first, "partLastByte": first + len(part) - 1}
            named = {"repositoryName": self._repository, "uploadId": upload.id}
            self._aws.call("ecr", "upload_layer_part", **named, **place, layerPartBlob=part)
            upload = self._keep(upload._replace(received=first + len(part)))
            self._gets_on(upload)
        return upload

    def _complete(self, upload: Upload) -> None:
        named = {"repositoryName": self._repository, "uploadId": upload.id}
        unless_there(self._aws, "complete_layer_upload", **named, layerDigests=[self._digest])

    def _take(self, error: AwsError) -> None:
        """Learn from ECR's error how far the upload is, so that the next attempt resumes or begins again.

        Raises:
            AwsError: It is about something else, or this byte was not got past before.
        """
        last = error.told.get("lastValidByteReceived")
        refused = error.aws_code == NOT_CONTINUED
        if refused and self._upload and isinstance(last, int) and 0 < last < self._size:
            self._gets_on(self._keep(self._upload._replace(received=last + 1)))
            lost = False
        else:
            lost = refused or error.aws_code in GONE
        self._left -= 1
        if not self._left or not (refused or lost or isinstance(error, NoAnswer)):
            raise error
        if lost:
            self._upload = None
            self._transfer.unfinished.drop(self._repository, self._digest)

    def _gets_on(self, upload: Upload) -> None:
        """Try the next part as often as the first: this upload was never as far as that."""
        if upload.received > self._furthest:
            self._furthest, self._left = upload.received, ATTEMPTS

    def _keep(self, upload: Upload) -> Upload:
        """Save how far it is; also for the next run if there is more than one part."""
        self._upload = upload
        if self._size > upload.part:
            self._transfer.unfinished.keep(self._repository, self._digest, upload)
        return upload


def unless_there(aws: Aws, operation: str, **parameters: object) -> None:
    """Make an ECR call that counts as done if ECR says that the thing exists already."""
    try:
        aws.call("ecr", operation, **parameters)
    except AwsError as error:
        if error.aws_code not in ALREADY:
            raise
