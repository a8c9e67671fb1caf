"""CodeBuild and ECR in memory: the emulators need Docker to build an image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.targets.stand_in import Refused, StandIn


@dataclass
class Builds(StandIn):
    """Projects that build images into repositories.

    Attributes:
        broken: Whether builds fail.
        quota: Whether the account may build.
        looks: How often a build is seen at work.
        images: Repository → tag → the source that it was built from.
    """

    services: tuple[str, ...] = ("codebuild", "ecr")
    broken: bool = False
    quota: bool = True
    looks: int = 2
    repository: str = "orders"
    images: dict[str, str] = field(default_factory=dict)
    builds: list[dict[str, Any]] = field(default_factory=list)
    _left: dict[str, int] = field(default_factory=dict)

    def ecr_DescribeImages(self, repositoryName: str, imageIds: list[dict[str, str]]) -> Any:
        if repositoryName != self.repository:
            raise Refused("RepositoryNotFoundException", f"The repository {repositoryName} does not exist")
        tag = imageIds[0]["imageTag"]
        if tag not in self.images:
            raise Refused("ImageNotFoundException", f"The image with tag {tag} does not exist")
        return {"imageDetails": [{"imageTags": [tag], "repositoryName": repositoryName}]}

    def ecr_BatchDeleteImage(self, repositoryName: str, imageIds: list[dict[str, str]]) -> Any:
        self.images.pop(imageIds[0]["imageTag"], None)
        return {"imageIds": imageIds, "failures": []}

    def codebuild_StartBuild(
        self,
        projectName: str,
        sourceLocationOverride: str,
        environmentVariablesOverride: list[dict[str, str]],
        **given: Any,
    ) -> Any:
        if not self.quota:
            raise Refused("AccountLimitExceededException", "Cannot have more than 0 builds in queue for the account")
        build = {
            "id": f"{projectName}:{len(self.builds)}",
            "buildStatus": "IN_PROGRESS",
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "standard",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": environmentVariablesOverride,
            },
            "source": {"type": "S3", "location": sourceLocationOverride},
            "logs": {"groupName": "/lambda-migrate/orders/build", "streamName": "0"},
        }
        self.builds.append(build)
        self._left[str(build["id"])] = self.looks
        return {"build": dict(build)}

    def codebuild_ListBuildsForProject(self, projectName: str, sortOrder: str) -> Any:
        ids = [each["id"] for each in self.builds if each["id"].startswith(f"{projectName}:")]
        return {"ids": ids[::-1]} if ids else {}

    def codebuild_BatchGetBuilds(self, ids: list[str]) -> Any:
        found = [each for each in self.builds if each["id"] in ids]
        answer = [dict(each) for each in found]
        for each in found:
            self._progress(each)
        return {"builds": answer}

    def _progress(self, build: dict[str, Any]) -> None:
        if build["buildStatus"] != "IN_PROGRESS":
            return
        if self._left[build["id"]] > 0:
            self._left[build["id"]] -= 1
        elif self.broken:
            build["buildStatus"] = "FAILED"
            reason = "COMMAND_EXECUTION_ERROR: docker build: exit status 1"
            context = {"statusCode": "COMMAND_EXECUTION_ERROR", "message": reason}
            build["phases"] = [{"phaseType": "BUILD", "phaseStatus": "FAILED", "contexts": [context]}]
        else:
            build["buildStatus"] = "SUCCEEDED"
            variable = build["environment"]["environmentVariables"][0]
            self.images[variable["value"]] = build["source"]["location"]
