"""Re-points a trigger of a CodeCommit repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import Path, PointInDocument, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointRepositoryTrigger(PointInDocument):
    """Replace the function of one trigger, by its name; its branches and events stay, and so do all other triggers.

    PutRepositoryTriggers replaces all triggers of the repository, and takes no condition (CodeCommit API reference).

    Attributes:
        trigger: The trigger's name, unique in the repository.
    """

    kind: ClassVar[str] = "point_repository_trigger"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    trigger: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"repository {self.name}, trigger {self.trigger}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return all triggers of the repository."""
        return read(aws, self.name)

    def ours(self, document: Document) -> Any:
        """Return the function of the trigger."""
        named = (each["destinationArn"] for each in document["triggers"] if each["name"] == self.trigger)
        return next(named, None)

    def merged(self, document: Document, side: str) -> Document:
        """Return the triggers with a side in ours."""
        places: list[Path] = [
            ("triggers", place, "destinationArn")
            for place, each in enumerate(document["triggers"])
            if each["name"] == self.trigger
        ]
        return put(document, dict.fromkeys(places, side))

    def send(self, aws: Aws, document: Document) -> None:
        """Replace all triggers of the repository."""
        aws.call("codecommit", "put_repository_triggers", repositoryName=self.name, triggers=document["triggers"])

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("codecommit", "GetRepositoryTriggers PutRepositoryTriggers", repositoryName=self.name)


def read(aws: Aws, repository: str) -> Document | None:
    """Return all triggers of a repository, ``{"triggers": [...]}`` in the order of their names; None where it is gone.

    Args:
        aws: AWS.
        repository: The repository's name.
    """
    answer = read_or_none(aws, "codecommit", "get_repository_triggers", repositoryName=repository)
    if answer is None:
        return None
    return {"triggers": sorted(answer.get("triggers") or (), key=lambda each: str(each["name"]))}
