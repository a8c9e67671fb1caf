"""Makes a private bucket for bundles and templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

DEFAULT_REGION = "us-east-1"
"""The only region that S3 does not take as a location constraint."""


@dataclass(frozen=True)
class CreateBucket:
    """Make a bucket; S3 encrypts it and closes it to the public by itself (since April 2023).

    S3 is told whose bucket it has to be: names of buckets are everybody's, and ours can be guessed, so that somebody
    else may have made one of that name to be sent what we deploy.

    Attributes:
        name: Name of the bucket.
        region: Where it is made.
    """

    kind: ClassVar[str] = "create_bucket"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str
    region: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"bucket {self.name}: create"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"bucket {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there; another account's bucket of that name is refused by S3."""
        bucket = self._read(aws)
        if bucket is None:
            return Observed.BEFORE
        return Observed.AFTER if (bucket.get("LocationConstraint") or DEFAULT_REGION) == self.region else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "s3", "get_bucket_location", Bucket=self.name, ExpectedBucketOwner=aws.account)

    def apply(self, aws: Aws) -> None:
        """Make it."""
        place = None if self.region == DEFAULT_REGION else {"LocationConstraint": self.region}
        aws.call("s3", "create_bucket", Bucket=self.name, CreateBucketConfiguration=place)

    def undo(self, aws: Aws) -> None:
        """Delete it; S3 refuses while anything is in it."""
        aws.call("s3", "delete_bucket", Bucket=self.name, ExpectedBucketOwner=aws.account)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("s3", "GetBucketLocation CreateBucket DeleteBucket", Bucket=self.name)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        bucket = self._read(aws)
        if bucket is None:
            return f"no bucket {self.name}"
        return f"bucket {self.name} in {bucket.get('LocationConstraint') or DEFAULT_REGION}"
