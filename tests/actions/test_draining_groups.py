"""A target group of VPC Lattice that is not deleted while a target drains."""

from __future__ import annotations

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.actions.vpc_lattice.lattice_groups import NAMED
from lambda_migrate.actions.vpc_lattice.register_lattice_function import RegisterLatticeFunction
from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.apply import MOVING_DEADLINE, PAUSES, bring
from tests.actions.lattice import Lattice
from tests.inventory.fake_aws import FUNCTION

GROUP = CreateLatticeGroup("lm-orders", "V2")
TARGET = RegisterLatticeFunction(f"{NAMED}lm-orders", f"{FUNCTION}:live")


@pytest.mark.parametrize("retiring", [False, True], ids=["on the way back", "in retire"])
def test_the_group_goes_once_its_target_has_drained(retiring: bool) -> None:
    lattice, slept = Lattice(drains=20), list[float]()
    aws = Aws(region="eu-west-1", sleep=slept.append)
    lattice.attach(aws)
    for each in (GROUP, TARGET):
        assert bring(each, aws, Observed.AFTER)

    for each in (TARGET, GROUP):
        removed = bring(RemoveLeftover(action_to_dict(each)), aws, Observed.AFTER) if retiring else None
        assert removed or bring(each, aws, Observed.BEFORE)

    assert (lattice.groups, lattice.called().count("vpc-lattice:DeleteTargetGroup")) == ({}, 1)
    assert sum(PAUSES) < sum(slept) < MOVING_DEADLINE
