"""Documents that AWS answers with, and the read that tells "not there" from "could not look"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

Document = dict[str, Any]
"""What boto3 returns, and what it takes: JSON-able data."""


def read_or_none(aws: Aws, service: str, operation: str, **parameters: Any) -> Document | None:
    """Read a document; None only where AWS says that it does not exist.

    Any other failure is raised: a failed read is never an empty document.

    Args:
        aws: The session.
        service: As for :meth:`Aws.call`.
        operation: As for :meth:`Aws.call`.
        parameters: As for :meth:`Aws.call`.

    Raises:
        NotAllowed, Throttled, AwsError: As AWS answered.
    """
    try:
        return aws.call(service, operation, **parameters)
    except NotFound:
        return None
