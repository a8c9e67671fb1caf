"""Provisioned concurrency of a version: the proxy version has as many instances ready before it gets traffic."""

from __future__ import annotations

from lambda_migrate.function.model import Qualified
from tests.planner.canary import at, planned


def test_what_a_version_has_provisioned_the_proxy_version_has_before_it_gets_traffic() -> None:
    plan = planned(at("1", qualified={"1": Qualified(provisioned=5)}, reserved_concurrency=10))

    kinds = [step.action.kind for step in plan.steps]
    provisioned = plan.steps[kinds.index("provision_concurrency")].action
    assert provisioned.describe() == "provisioned concurrency of orders:3: none → 5"
    assert kinds.index("provision_concurrency") < kinds.index("shift_weight")
    assert plan.blockers == ()
    assert plan.warnings == (
        "version 1 keeps its 5 provisioned instances for the way back: both are paid for",
        (
            "if Application Auto Scaling changes their number, it still does so for version 1 only: make the version"
            " that takes over a scalable target too"
        ),
    )


def test_what_the_proxy_version_has_already_is_left_as_it_is() -> None:
    plan = planned(at("1", qualified={"1": Qualified(provisioned=5), "3": Qualified(provisioned=2)}))

    assert [step.action.kind for step in plan.steps if step.action.kind == "provision_concurrency"] == []


def test_more_instances_than_are_reserved_are_refused_before_anything_moves() -> None:
    plan = planned(at("1", qualified={"1": Qualified(provisioned=6)}, reserved_concurrency=10))

    assert [each.partition(":")[2] for each in plan.blockers] == [
        " version 1 has 6 provisioned instances; as many again exceed the reserved 10: reserve 12 for the migration"
    ]
