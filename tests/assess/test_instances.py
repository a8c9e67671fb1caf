"""A service on EC2 instances: how many, and what they cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_migrate.assess.instances import KNOWN, instance
from lambda_migrate.assess.prices import Prices
from lambda_migrate.assess.service import Shape, on_service, size
from lambda_migrate.assess.usage import Minute, Usage
from lambda_migrate.errors import ConfigError

SMALL = instance("t3.small")
SHAPE = Shape(SMALL.vcpu, SMALL.memory, instance=SMALL, nat=1)


def test_instances_are_paid_by_the_hour_with_their_volumes() -> None:
    usage = Usage(3600.0, 1769, arm=False, minutes=(Minute(0.0, 60, 60_000),))

    items = on_service(2, usage, SHAPE, Prices(), 0.0)

    assert [(item.name, round(item.amount, 2), item.basis) for item in items[:2]] == [
        ("instances", round(2 * 730 * 0.0208, 2), "2 of t3.small, 0.4 vCPU, 2 GB for long"),
        ("volumes", 1.6, "10 GB each"),
    ]
    assert [item.name for item in items[2:]] == [
        "load balancer",
        "capacity units",
        "NAT gateways",
        "public addresses",
        "logs",
    ]


def test_a_burstable_type_is_sized_by_its_baseline() -> None:
    usage = Usage(60.0, 1769, arm=False, minutes=(Minute(0.0, 600, 60_000 * 3),))

    needed = [size(usage, replace(SHAPE, vcpu=each.vcpu), 0.0).tasks for each in (SMALL, instance("m6i.large"))]

    assert needed == [13, 3]  # three processors busy: at 60 % of 0.4, and of 2


def test_a_type_that_is_not_known_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as near:
        instance("t3.smal")
    with pytest.raises(ConfigError) as far:
        instance("x")

    assert (near.value.message, near.value.hint) == (
        "`--instance t3.smal`: its processors and price are not known here",
        "did you mean `t3.small`?",
    )
    assert far.value.hint == f"known are {', '.join(KNOWN)}"
