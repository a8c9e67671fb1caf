"""Makes a version of an Elastic Beanstalk application from a bundle in S3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateApplicationVersion:
    """Make an application version.

    Attributes:
        application: Name of the application.
        label: Name of the version.
        bucket: Where the bundle is.
        key: The bundle's name there.
    """

    kind: ClassVar[str] = "create_application_version"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    application: str
    label: str
    bucket: str
    key: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"application {self.application}: version {self.label}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"application {self.application}: delete version {self.label}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, with this bundle; MOVING while AWS reads its configuration files."""
        version = self._read(aws)
        if version is None:
            return Observed.BEFORE
        status = str(version.get("Status", "")).lower()
        if status in ("processing", "building"):
            return Observed.MOVING
        bundle = {"S3Bucket": self.bucket, "S3Key": self.key}
        return (
            Observed.AFTER
            if version.get("SourceBundle") == bundle and str(status).lower() != "failed"
            else Observed.DRIFT
        )

    def _read(self, aws: Aws) -> Document | None:
        answer = aws.call(
            "elasticbeanstalk",
            "describe_application_versions",
            ApplicationName=self.application,
            VersionLabels=[self.label],
        )
        return next(iter(answer["ApplicationVersions"]), None)

    def apply(self, aws: Aws) -> None:
        """Make it, and have its configuration files checked."""
        aws.call(
            "elasticbeanstalk",
            "create_application_version",
            ApplicationName=self.application,
            VersionLabel=self.label,
            Description="made by lambda-migrate",
            SourceBundle={"S3Bucket": self.bucket, "S3Key": self.key},
            AutoCreateApplication=False,
            Process=True,
        )

    def undo(self, aws: Aws) -> None:
        """Delete it; the bundle stays. AWS refuses while an environment runs it."""
        aws.call(
            "elasticbeanstalk",
            "delete_application_version",
            ApplicationName=self.application,
            VersionLabel=self.label,
            DeleteSourceBundle=False,
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        changing = "DescribeApplicationVersions CreateApplicationVersion DeleteApplicationVersion"
        return calls("elasticbeanstalk", changing, ApplicationName=self.application, VersionLabel=self.label)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        version = self._read(aws)
        if version is None:
            return f"no version {self.label}"
        bundle = version.get("SourceBundle") or {}
        status = str(version.get("Status", "")).lower() or "no status"
        return f"version {self.label} ({status}) of s3://{bundle.get('S3Bucket', '')}/{bundle.get('S3Key', '')}"
