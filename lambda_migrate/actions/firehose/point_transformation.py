"""Re-points the function that transforms the records of a delivery stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import Path, PointInDocument, at, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

PROCESSING, FUNCTION = "ProcessingConfiguration", "LambdaArn"
_SUFFIX = "Description"
_TWICE = "S3DestinationDescription"
"""Older than ``ExtendedS3DestinationDescription``, beside which it is shown, and without processing."""


@dataclass(frozen=True)
class PointTransformation(PointInDocument):
    """Replace the function among a stream's processors; the destination, its buffers and other processors stay.

    The write is conditioned: UpdateDestination takes the version of the stream that was read (Firehose API reference).
    """

    kind: ClassVar[str] = "point_transformation"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"LastUpdateTimestamp", "VersionId"})

    def describe(self) -> str:
        """Return one line for a person."""
        return f"delivery stream {self.name}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the stream."""
        answer = read_or_none(aws, "firehose", "describe_delivery_stream", DeliveryStreamName=self.name)
        return answer["DeliveryStreamDescription"] if answer else None

    def moving(self, document: Document) -> bool:
        """Return whether Firehose is at work on it."""
        return document.get("DeliveryStreamStatus") in ("CREATING", "DELETING")

    def ours(self, document: Document) -> Any:
        """Return the function that transforms."""
        path = function_at(document)
        return at(document, path) if path else None

    def merged(self, document: Document, side: str) -> Document:
        """Return the stream with a side as its function."""
        path = function_at(document)
        return put(document, {path: side}) if path else document

    def send(self, aws: Aws, document: Document) -> None:
        """Write the processors; what an update leaves out stays as it is."""
        _, place, member, *_ = function_at(document)
        destination = document["Destinations"][place]
        update = f"{str(member).removesuffix(_SUFFIX)}Update"
        aws.call(
            "firehose",
            "update_destination",
            DeliveryStreamName=self.name,
            CurrentDeliveryStreamVersionId=document["VersionId"],
            DestinationId=destination["DestinationId"],
            **{update: {PROCESSING: destination[member][PROCESSING]}},
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("firehose", "DescribeDeliveryStream UpdateDestination", DeliveryStreamName=self.name)


def function_at(document: Document) -> Path:
    """Return where a stream's description names the function that transforms; () where it has none."""
    for place, destination in enumerate(document.get("Destinations") or ()):
        for member, described in destination.items():
            if not member.endswith(_SUFFIX) or member == _TWICE:
                continue
            processors = (described.get(PROCESSING) or {}).get("Processors") or ()
            for number, processor in enumerate(processors):
                for index, parameter in enumerate(processor.get("Parameters") or ()):
                    if parameter.get("ParameterName") == FUNCTION:
                        where = ("Processors", number, "Parameters", index, "ParameterValue")
                        return ("Destinations", place, member, PROCESSING, *where)
    return ()
