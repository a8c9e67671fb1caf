"""What the events that come in batches have in common: a list under `Records`."""

from __future__ import annotations

from typing import Any


def first(event: object) -> dict[str, Any]:
    """Return the first record of a batch, or an empty mapping if there is none."""
    records = event.get("Records") if isinstance(event, dict) else None
    record = records[0] if isinstance(records, list) and records else None
    return record if isinstance(record, dict) else {}


def is_partial_batch(response: object) -> bool:
    """Tell whether Lambda takes `response` as the outcome of a batch.

    Nothing means success; else the records to deliver again, by identifier
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
    """
    if not isinstance(response, dict):
        return response is None or (isinstance(response, (str, list, tuple)) and not response)
    failures = response.get("batchItemFailures") or []
    return isinstance(failures, list) and all(
        isinstance(failure, dict) and bool(failure.get("itemIdentifier")) for failure in failures
    )
