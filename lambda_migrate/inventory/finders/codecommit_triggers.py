"""Repositories of CodeCommit with a trigger that invokes the function, of those that its policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.codecommit.point_repository_trigger import read
from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.codecommit import KIND, LABEL, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "CodeCommit repositories"
CALLS = ("codecommit:ListRepositories", "codecommit:GetRepositoryTriggers", "codecommit:GetRepository")
"""What it calls, from which the policies of IAM are made."""
NONE: Document = {"triggers": []}


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Return the triggers that invoke the function; all are looked through where its policy names no repository."""

    def listed() -> Iterator[str]:
        here = Arn.parse(function.arn)
        repositories = aws.pages("codecommit", "list_repositories", "repositories")
        yield from (str(here.sibling("codecommit", each["repositoryName"])) for each in repositories)

    return look_at_permitted(
        aws,
        function,
        PRINCIPALS,
        Listing(LISTING, listed),
        _invoked,
        lambda arn: f"{LABEL} {Arn.parse(arn).resource}",
    )


def _invoked(aws: Aws, function: Function, repository: str) -> Iterator[Trigger[Settings]]:
    """Yield each trigger of a repository that invokes the function."""
    name = Arn.parse(repository).resource
    document = read(aws, name)
    invoked = ((each, function.qualifier_of(str(each["destinationArn"]))) for each in (document or NONE)["triggers"])
    for each, qualifier in invoked:
        if qualifier is None:
            continue
        about = aws.call("codecommit", "get_repository", repositoryName=name)["repositoryMetadata"]
        settings = Settings(
            source=repository,
            detail=f"on {', '.join(sorted(each['events']))}",
            repository=name,
            trigger=str(each["name"]),
            function=str(each["destinationArn"]),
            repository_id=str(about["repositoryId"]),
        )
        yield Trigger(KIND, f"{repository}/{each['name']}", f"{name}/{each['name']}", qualifier, settings)
