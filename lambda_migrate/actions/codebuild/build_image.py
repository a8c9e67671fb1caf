"""Builds a container image with CodeBuild, so that no Docker is needed on this machine."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError, NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

VARIABLE = "IMAGE_TAG"
"""Environment variable of the build that names the image's tag."""

QUOTA = "AccountLimitExceededException"
QUOTA_HINT = (
    "new accounts may not build yet, and others only so many at once: in Service Quotas ask for more of CodeBuild's"
    " `Concurrently running builds`, then run the same command again"
)

_RECENT = 10


@dataclass(frozen=True)
class BuildImage:
    """Build a bundle into an image of a repository.

    Attributes:
        project: Name of the CodeBuild project.
        repository: Name of the ECR repository.
        tag: Tag of the image, which says what is in it.
        bucket: Where the bundle is.
        key: The bundle's name there.
    """

    kind: ClassVar[str] = "build_image"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    timeout: ClassVar[float] = 3600.0
    project: str
    repository: str
    tag: str
    bucket: str
    key: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"image {self.repository}:{self.tag}: build"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"image {self.repository}:{self.tag}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the image is there; MOVING while a build of it runs."""
        image = [{"imageTag": self.tag}]
        if read_or_none(aws, "ecr", "describe_images", repositoryName=self.repository, imageIds=image):
            return Observed.AFTER
        return (
            Observed.MOVING
            if any(build["buildStatus"] == "IN_PROGRESS" for build in self._builds(aws))
            else Observed.BEFORE
        )

    def _builds(self, aws: Aws) -> list[dict[str, Any]]:
        """Return the recent builds of this image, the newest first."""
        try:
            listed = aws.call("codebuild", "list_builds_for_project", projectName=self.project, sortOrder="DESCENDING")
        except NotFound:
            return []
        ids = listed.get("ids", [])[:_RECENT]
        builds = aws.call("codebuild", "batch_get_builds", ids=ids)["builds"] if ids else []
        return [build for build in builds if self._variable(build) == self.tag]

    @staticmethod
    def _variable(build: dict[str, Any]) -> str:
        variables = build.get("environment", {}).get("environmentVariables", [])
        return next((str(each["value"]) for each in variables if each["name"] == VARIABLE), "")

    def apply(self, aws: Aws) -> str:
        """Start the build; return its id."""
        try:
            build = aws.call(
                "codebuild",
                "start_build",
                projectName=self.project,
                sourceTypeOverride="S3",
                sourceLocationOverride=f"{self.bucket}/{self.key}",
                idempotencyToken=secrets.token_hex(16),  # a call that is sent again starts no second build
                environmentVariablesOverride=[{"name": VARIABLE, "value": self.tag, "type": "PLAINTEXT"}],
            )["build"]
        except AwsError as error:
            if error.aws_code == QUOTA:
                error.hint = QUOTA_HINT
            raise
        return str(build["id"])

    def failure(self, aws: Aws, job: str, to: Observed) -> AwsError | None:  # noqa: ARG002  # an image is deleted at once
        """Return why the build failed; None where it has succeeded, and the image is about to show."""
        build = aws.call("codebuild", "batch_get_builds", ids=[job])["builds"][0]
        if build["buildStatus"] in ("SUCCEEDED", "IN_PROGRESS"):
            return None
        return AwsError(f"build `{build['id']}` ended as {build['buildStatus']}: {_why(build)}", hint=_where(build))

    def undo(self, aws: Aws) -> None:
        """Delete the image."""
        image = [{"imageTag": self.tag}]
        aws.call("ecr", "batch_delete_image", repositoryName=self.repository, imageIds=image)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("codebuild", "StartBuild BatchGetBuilds ListBuildsForProject", projectName=self.project),
            *calls("ecr", "DescribeImages BatchDeleteImage", repositoryName=self.repository),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        there = self.observe(aws) is Observed.AFTER
        return f"image {self.repository}:{self.tag}" if there else f"no image {self.repository}:{self.tag}"


def _why(build: dict[str, Any]) -> str:
    for phase in build.get("phases", ()):
        if phase.get("phaseStatus") in ("FAILED", "FAULT", "TIMED_OUT", "CLIENT_ERROR"):
            texts = [str(each.get("message", "")) for each in phase.get("contexts", ()) if each.get("message")]
            return f"{phase.get('phaseType', '').lower()}: {'; '.join(texts) or 'no reason given'}"
    return "no reason given"


def _where(build: dict[str, Any]) -> str:
    logs = build.get("logs") or {}
    if logs.get("groupName"):
        return f"its log is `{logs.get('streamName', '')}` in log group `{logs['groupName']}`"
    return "CodeBuild keeps its log"
