"""Streams and brokers that Lambda polls: to the alias by the same mapping, and no further."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.triggers import TRIGGERS, kind_of
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.event_source import MappingSettings
from tests.triggers import known
from tests.triggers.repointing import SERVICE, actions

KINDS = {
    "kinesis": (f"arn:aws:kinesis:{known.REGION}:stream/clicks", 90.0),
    "dynamodb": (f"arn:aws:dynamodb:{known.REGION}:table/orders/stream/2026", 90.0),
    "kafka": (f"arn:aws:kafka:{known.REGION}:cluster/orders/1", 300.0),
    "mq": (f"arn:aws:mq:{known.REGION}:broker:jobs:b-1", 90.0),
    "documentdb": (f"arn:aws:rds:{known.REGION}:cluster:orders", 90.0),
}


def mapped(kind: str, **mapping: Any) -> Trigger[MappingSettings]:
    settings = MappingSettings(source=KINDS[kind][0], function=known.ARN, mapping=mapping)
    return Trigger(kind, "11111111-2222", "clicks", "", settings)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_mapping_is_pointed_at_the_alias(kind: str) -> None:
    trigger = mapped(kind)
    repoint = kind_of(trigger).to_alias(trigger, known.function(), "live")

    assert repoint is not None
    assert actions(repoint) == [
        {
            "kind": "point_mapping",
            "uuid": "11111111-2222",
            "name": "clicks",
            "before": known.ARN,
            "after": known.qualified("live"),
        }
    ]
    assert [step.propagation for step in repoint.steps] == [KINDS[kind][1]]
    assert (repoint.blockers, repoint.warnings, repoint.preparation) == ((), (), ())


@pytest.mark.parametrize("kind", KINDS)
def test_it_stays_on_the_alias_when_callers_go_straight_to_the_service(kind: str) -> None:
    assert kind_of(mapped(kind)).to_service(mapped(kind), known.function(), SERVICE) is None
    assert TRIGGERS[kind].pausable


def test_what_weights_mean_for_a_window_or_for_a_batch_that_is_tried_forever_is_said() -> None:
    forever = {"MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1}
    trigger = mapped("kinesis", TumblingWindowInSeconds=60, **forever)
    repoint = kind_of(trigger).to_alias(trigger, known.function(), "live")
    limited = mapped("kinesis", MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds=3600)
    quiet = kind_of(limited).to_alias(limited, known.function(), "live")

    assert repoint is not None
    assert repoint.warnings == (
        (
            "the mapping of `clicks` adds up in windows, and weights hand the state of a window from one version to the"
            " other; take `--weights 100` if the service keeps it otherwise"
        ),
        (
            "the mapping of `clicks` tries a batch that fails again until it expires, and nothing behind it is read"
            " meanwhile; `MaximumRetryAttempts` and an on-failure destination limit that"
        ),
    )
    assert quiet is not None
    assert quiet.warnings == ()
