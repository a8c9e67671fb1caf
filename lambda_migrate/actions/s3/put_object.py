"""Puts a file into a bucket, under a name that says what is in it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import GateClosed

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PutObject:
    """Put a file into a bucket, on condition that nothing of that name is there.

    Attributes:
        bucket: The bucket.
        key: The object's name; it holds the beginning of the hash.
        sha256: Of the content, as hex; S3 checks it.
        source: The file on this machine.
    """

    kind: ClassVar[str] = "put_object"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    bucket: str
    key: str
    sha256: str
    source: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"s3://{self.bucket}/{self.key}: upload"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"s3://{self.bucket}/{self.key}: delete"

    @property
    def _checksum(self) -> str:
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, with this content."""
        stored = self._read(aws)
        if stored is None:
            return Observed.BEFORE
        return Observed.AFTER if stored.get("ChecksumSHA256") == self._checksum else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        named = {"Bucket": self.bucket, "Key": self.key, "ExpectedBucketOwner": aws.account}
        return read_or_none(aws, "s3", "head_object", **named, ChecksumMode="ENABLED")

    def apply(self, aws: Aws) -> None:
        """Upload it, to a bucket of this account only.

        Raises:
            GateClosed: The file is gone, or no longer what the plan saw.
        """
        try:
            content = Path(self.source).read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise GateClosed(
                f"`{self.source}` is not what the plan saw",
                gate="bundle-changed",
                hint="roll the run back with `lambda-migrate rollback --last`, then run the command again",
            )
        aws.call(
            "s3",
            "put_object",
            Bucket=self.bucket,
            Key=self.key,
            Body=content,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=self._checksum,
            IfNoneMatch="*",
            ExpectedBucketOwner=aws.account,
        )

    def undo(self, aws: Aws) -> None:
        """Delete it."""
        owner = aws.account
        aws.call("s3", "delete_object", Bucket=self.bucket, Key=self.key, ExpectedBucketOwner=owner)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("s3", "HeadObject PutObject DeleteObject", Bucket=self.bucket, Key=self.key)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        stored = self._read(aws)
        return f"s3://{self.bucket}/{self.key} of another content" if stored else f"no s3://{self.bucket}/{self.key}"
