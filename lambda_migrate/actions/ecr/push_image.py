"""Pushes the image that carries the proxy: one layer more than the original, in the same repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.ecr import running
from lambda_migrate.actions.ecr.tagged import Tagged
from lambda_migrate.errors import StalePlan
from lambda_migrate.function import registry
from lambda_migrate.proxy import image

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PushImage(Tagged):
    """Derive the image again from the original, upload what of it is not there, and put it under a tag.

    Attributes:
        repository: The repository's name.
        original: Digest of the function's own image.
        digest: Digest of the derived image; what this version of lambda-migrate derives must have it.
        tag: Ours, which nobody else uses.
        on_path: Whether the runtime of the image finds the proxy by itself.
        function: Name of the function whose versions run it; "" where an older ledger does not say.
    """

    kind: ClassVar[str] = "push_image"
    repository: str
    original: str
    digest: str
    tag: str
    on_path: bool
    function: str = ""

    def describe(self) -> str:
        """Return one line for a person."""
        return f"image {self.repository}:{self.tag}: push {self.digest[:19]}…, {self.original[:19]}… and the proxy"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"image {self.repository}:{self.tag}: remove the tag, {self.digest[:19]}… goes with its last"

    def apply(self, aws: Aws) -> None:
        """Upload the layer and the configuration, unless they are there, and put the manifest last.

        Raises:
            Drifted: The original is not there any more.
            StalePlan: This version of lambda-migrate derives another image than the plan was made with, or none.
        """
        text, media_type = registry.original(aws, self.repository, self.original)
        config = registry.config_of(aws, self.repository, text)
        try:
            made = image.derive(text, media_type, config, on_path=self.on_path)
        except image.CannotDeriveError as reason:
            raise StalePlan(
                f"the proxy's layer cannot be added to image {self.original} of repository `{self.repository}`:"
                f" {reason}",
                hint="run `lambda-migrate plan` again, which says what to do about it",
            ) from reason
        if made.digest != self.digest:
            raise StalePlan(
                "the plan was made with another version of the proxy than this lambda-migrate builds",
                hint="run `lambda-migrate plan` again, with the same version of lambda-migrate",
            )
        registry.upload(aws, self.repository, made.layer)
        registry.upload(aws, self.repository, made.config)
        registry.put(aws, self.repository, made.manifest.content.decode(), made.media_type, self.tag, self.digest)

    def needless(self, aws: Aws) -> str:
        """Return which version runs the image: after weeks without calls Lambda fetches it again."""
        numbers = running.versions(aws, self.function, self.digest)
        which = f"version {numbers[0]}" if numbers and numbers[0].isdecimal() else "$LATEST"
        return f"{which} of `{self.function}` runs it, so that it stays" if numbers else ""

    def named_by(self, aws: Aws) -> frozenset[str]:
        """Return the names of the aliases of the versions that run it: it can go once they are gone."""
        return running.aliases(aws, self.function, self.digest)

    def undo(self, aws: Aws) -> None:
        """Remove our tag; with the last one ECR deletes the image (BatchDeleteImage). The original's layers stay.

        The same original gives the same derived image: another function that runs it has a tag of its own on this one.
        """
        self.untag(aws)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        ours = registry.calls_of(self.repository, registry.READS, registry.PUSHES, "BatchDeleteImage")
        return (*ours, *running.calls_of(self.function))

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        digest = self.tagged(aws)
        return f"{self.repository}:{self.tag} is {digest}" if digest else f"no {self.repository}:{self.tag}"
