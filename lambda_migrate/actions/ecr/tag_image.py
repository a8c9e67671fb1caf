"""Gives an image a tag of ours: lifecycle policies that take what has none leave it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.ecr.tagged import Tagged
from lambda_migrate.function import registry

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class TagImage(Tagged):
    """Give an image one tag more; the image stays what it is, to the byte.

    Attributes:
        repository: The repository's name.
        digest: The image's.
        tag: Ours, which nobody else uses.
    """

    kind: ClassVar[str] = "tag_image"
    repository: str
    digest: str
    tag: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"image {self.repository}@{self.digest[:19]}…: tag `{self.tag}`"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"image {self.repository}@{self.digest[:19]}…: remove the tag `{self.tag}`"

    def apply(self, aws: Aws) -> None:
        """Put the same manifest once more, under the tag.

        Raises:
            Drifted: The image is not there any more.
        """
        text, media_type = registry.original(aws, self.repository, self.digest)
        registry.put(aws, self.repository, text, media_type, self.tag, self.digest)

    def needless(self, aws: Aws) -> str:
        """Return whether the tag is the only one: ECR deletes an image with its last tag (BatchDeleteImage)."""
        alone = registry.tags(aws, self.repository, self.digest) == (self.tag,)
        if not alone:
            return ""
        command = registry.removal(self.repository, (self.tag,))
        return f"it is the image's only tag, and the image would go with it (`{command}`)"

    def undo(self, aws: Aws) -> None:
        """Remove the tag, and not the image."""
        if not self.needless(aws):
            self.untag(aws)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return registry.calls_of(self.repository, "BatchGetImage PutImage DescribeImages BatchDeleteImage")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        digest = self.tagged(aws)
        return f"tag `{self.tag}` of {digest}" if digest else f"no tag `{self.tag}`"
