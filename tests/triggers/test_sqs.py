"""What an SQS mapping plans for one function; pure."""

from __future__ import annotations

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.triggers import sqs
from lambda_migrate.triggers.base import Destination
from tests.triggers import known
from tests.triggers.repointing import SERVICE, actions, gates


def test_sqs_the_mapping_is_pointed_at_the_alias() -> None:
    repoint = sqs.to_alias(known.sqs(), known.ORDERS, "live")

    assert actions(repoint) == [
        {
            "kind": "point_mapping",
            "uuid": "11111111-2222",
            "name": "jobs",
            "before": known.ARN,
            "after": f"{known.ARN}:live",
        }
    ]
    assert [step.propagation for step in repoint.steps] == [90.0]


@pytest.mark.parametrize(
    ("consumer", "blocked"),
    [
        (f"arn:aws:sqs:{known.REGION}:jobs", []),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", []),
        ("http://127.0.0.1:4566/123456789012/jobs", []),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/other-jobs", ["sqs-without-consumer"]),
        (f"arn:aws:sqs:{known.REGION}:other", ["sqs-without-consumer"]),
    ],
)
def test_sqs_is_switched_off_only_once_the_service_polls_the_queue(consumer: str, blocked: list[str]) -> None:
    destination = Destination("https://orders.example.com", consumers=frozenset({consumer}))

    repoint = sqs.to_service(known.sqs("live"), known.ORDERS, destination)

    assert actions(repoint) == [
        {"kind": "switch_mapping", "uuid": "11111111-2222", "name": "jobs", "before": True, "after": False}
    ]
    assert gates(repoint) == blocked


def test_sqs_a_filter_of_the_mapping_is_a_warning() -> None:
    trigger = known.sqs("live", FilterCriteria={"Filters": [{"Pattern": "{}"}]})

    assert sqs.to_service(trigger, known.ORDERS, SERVICE).warnings == (
        (
            "the mapping of queue `jobs` filters messages and deletes the rest;"
            " the service gets them all and must do the same"
        ),
    )


def test_sqs_only_a_mapping_that_is_off_is_deleted() -> None:
    assert sqs.clean_up(known.sqs()) == ()
    (step,) = sqs.clean_up(known.sqs(enabled=False))
    assert action_to_dict(step.action) == {"kind": "delete_mapping", "uuid": "11111111-2222", "name": "jobs"}
