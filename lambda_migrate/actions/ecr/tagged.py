"""What actions share that put a tag of ours on an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from lambda_migrate.actions.base import Action, Observed
from lambda_migrate.function import registry

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


class Tagged(Action, Protocol):
    """An action after which a tag, which nobody else uses, names an image."""

    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    repository: str
    digest: str
    tag: str

    def tagged(self, aws: Aws) -> str:
        """Return the digest of the image that the tag names; "" if there is none."""
        image = registry.manifest(aws, self.repository, {"imageTag": self.tag})
        return image[2] if image else ""

    def observe(self, aws: Aws) -> Observed:
        """Return whether the tag names the image."""
        digest = self.tagged(aws)
        if not digest:
            return Observed.BEFORE
        return Observed.AFTER if digest == self.digest else Observed.DRIFT

    def untag(self, aws: Aws) -> None:
        """Remove the tag; with the last one ECR deletes the image (BatchDeleteImage)."""
        named = {"repositoryName": self.repository, "imageIds": [{"imageTag": self.tag}]}
        aws.call("ecr", "batch_delete_image", **named)
