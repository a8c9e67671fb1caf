"""Re-points a data source of an AppSync API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import Path, PointInDocument, at, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls, passed

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_FUNCTION: Path = ("lambdaConfig", "lambdaFunctionArn")


@dataclass(frozen=True)
class PointDataSource(PointInDocument):
    """Replace the function of a data source; its role, its description and its resolvers stay.

    UpdateDataSource replaces the whole data source (AppSync API reference).

    Attributes:
        api: The API's id.
    """

    kind: ClassVar[str] = "point_data_source"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    api: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"data source {self.name}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the data source."""
        answer = read_or_none(aws, "appsync", "get_data_source", apiId=self.api, name=self.name)
        return answer["dataSource"] if answer else None

    def ours(self, document: Document) -> Any:
        """Return the function that resolves."""
        return at(document, _FUNCTION)

    def merged(self, document: Document, side: str) -> Document:
        """Return the data source with a side as its function."""
        return put(document, {_FUNCTION: side})

    def send(self, aws: Aws, document: Document) -> None:
        """Replace the data source."""
        aws.call(
            "appsync", "update_data_source", apiId=self.api, **aws.taken("appsync", "update_data_source", document)
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        about = calls("appsync", "GetDataSource UpdateDataSource", apiId=self.api, name=self.name)
        return (*about, passed("", "appsync.amazonaws.com"))
