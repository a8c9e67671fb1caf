"""Publishes the proxy's layer with the signature that a function asks for which takes signed code only.

AWS Signer reads a version of an object in a bucket, and puts the signed one beside it; it does both with the rights of
the caller ("Signing code for AWS Lambda", AWS Signer developer guide).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.publish_layer import content_of
from lambda_migrate.actions.references import layer_versions_marked
from lambda_migrate.aws.permissions import Call, calls
from lambda_migrate.errors import AwsError, MigrateError
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

FOLDER = "lambda-migrate"
LONGEST = 600.0
"""Seconds that a signing job may take; it takes some."""

_UNDER_WAY = "InProgress"
_SUCCEEDED = "Succeeded"


@dataclass(frozen=True)
class PublishSignedLayer:
    """Have the proxy's layer signed, and publish it.

    Attributes:
        name: Name of the layer.
        sha256: Of the layer's zip before it is signed, hex.
        marker: The layer version's description, by which it is found again.
        bucket: Name of a bucket that keeps versions, from and to which Signer works.
        profile: ARN of the version of the signing profile that the function takes.
        others: ARNs of more versions of it that the function takes; Signer signs with the newest.
    """

    kind: ClassVar[str] = "publish_signed_layer"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    timeout: ClassVar[float] = LONGEST
    name: str
    sha256: str
    marker: str
    bucket: str
    profile: str
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Have the others be what they were before JSON."""
        object.__setattr__(self, "others", tuple(self.others))

    def describe(self) -> str:
        """Return one line for a person."""
        return f"layer {self.name}: sign for {self.signer} in {self.bucket}, publish “{self.marker}”"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"layer {self.name}: delete “{self.marker}”"

    @property
    def signer(self) -> str:
        """The signing profile's name."""
        return self.profile.rpartition("/signing-profiles/")[2].partition("/")[0]

    @property
    def key(self) -> str:
        """The object that is signed."""
        return f"{FOLDER}/{self.sha256}.zip"

    def observe(self, aws: Aws) -> Observed:
        """Return whether a layer version carries the marker, and the signature."""
        return Observed.AFTER if self._signed(aws) else Observed.BEFORE

    def _signed(self, aws: Aws) -> list[Document]:
        """Return the layer versions that carry both."""
        marked = layer_versions_marked(aws, self.name, self.marker)
        return [each for each in marked if self._signature(aws, each) in self._taken]

    @property
    def _taken(self) -> tuple[str, ...]:
        return (self.profile, *self.others)

    def _signature(self, aws: Aws, version: Document) -> str:
        published = aws.call("lambda", "get_layer_version", LayerName=self.name, VersionNumber=version["Version"])
        return str(published["Content"].get("SigningProfileVersionArn") or "")

    def apply(self, aws: Aws) -> None:
        """Build the layer, have it signed, and publish it.

        Raises:
            StalePlan: This version of lambda-migrate builds another layer than the plan was made with.
            MigrateError: The bucket keeps no versions.
            AwsError: Signer failed, or signed with another version of the profile than the function takes.
        """
        content = content_of(self.sha256)
        version = aws.call("s3", "put_object", Bucket=self.bucket, Key=self.key, Body=content).get("VersionId")
        if version in (None, "null"):
            raise MigrateError(
                f"bucket `{self.bucket}` keeps no versions, of which Signer needs one",
                hint="switch its versioning on (`aws s3api put-bucket-versioning`), or name another one",
            )
        job = aws.call(
            "signer",
            "start_signing_job",
            source={"s3": {"bucketName": self.bucket, "key": self.key, "version": str(version)}},
            destination={"s3": {"bucketName": self.bucket, "prefix": f"{FOLDER}/signed-"}},
            profileName=self.signer,
            clientRequestToken=f"{self.sha256[:32]}-{version}",
        )
        made = self._done(aws, str(job["jobId"]))
        aws.call(
            "lambda",
            "publish_layer_version",
            LayerName=self.name,
            Description=self.marker,
            Content={"S3Bucket": made["bucketName"], "S3Key": made["key"]},
        )

    def _done(self, aws: Aws, job: str) -> Document:
        """Return where the signed object is, once the job is done."""

        def look() -> Document:
            return aws.call("signer", "describe_signing_job", jobId=job)

        waited = wait_until(look, lambda seen: seen.get("status") != _UNDER_WAY, sleep=aws.sleep, deadline=LONGEST)
        status, used = waited.last.get("status"), str(waited.last.get("profileVersion") or "")
        if status != _SUCCEEDED:
            reason = waited.last.get("statusReason") or f"it is {status} after {waited.seconds:.0f} s"
            raise AwsError(
                f"Signer has not signed the layer: {reason}", hint="`aws signer describe-signing-job` tells more"
            )
        if used and used not in {each.rpartition("/")[2] for each in self._taken}:
            raise AwsError(
                f"Signer signed with version {used} of profile `{self.signer}`, which the function does not take",
                hint="allow that version in the function's code signing configuration, then run again",
            )
        signed: Document = waited.last["signedObject"]["s3"]
        return signed

    def undo(self, aws: Aws) -> None:
        """Delete the layer version; function versions that carry it keep it."""
        for version in self._signed(aws):
            aws.call("lambda", "delete_layer_version", LayerName=self.name, VersionNumber=version["Version"])

    def led_to(self, aws: Aws) -> str:  # noqa: ARG002  # as every action's
        """Return nothing: it is named after the function, and is added to no other by us."""
        return ""

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back, and what Signer does in the caller's name."""
        below = f"{FOLDER}/*"
        return (
            *calls("lambda", "ListLayerVersions PublishLayerVersion", LayerName=self.name),
            *calls("lambda", "GetLayerVersion DeleteLayerVersion", LayerName=self.name),
            *calls("s3", "PutObject GetObject GetObjectVersion", Bucket=self.bucket, Key=below),
            *calls("signer", "StartSigningJob DescribeSigningJob", profileName=self.signer),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        numbers = ", ".join(f"version {each['Version']}, signed" for each in self._signed(aws))
        return numbers or f"no signed version “{self.marker}” of layer {self.name}"
