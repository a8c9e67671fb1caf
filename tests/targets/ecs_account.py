"""Fixtures: an account in which ECS has nothing of ours yet, and what deploys to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.targets import TARGETS, ecs
from tests.targets.builds import Builds
from tests.targets.deploying import Deploying
from tests.targets.deployments import FUNCTION
from tests.targets.ecs_tasks import Tasks

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.targets import Deployment


@pytest.fixture
def builds(aws: Aws) -> Builds:
    made = Builds(repository="lambda-migrate/orders")
    made.attach(aws)
    return made


@pytest.fixture
def tasks(aws: Aws) -> Tasks:
    made = Tasks()
    made.attach(aws)
    return made


@pytest.fixture
def deploying(aws: Aws, builds: Builds, tasks: Tasks, ledger: Ledger, orders: Deployment) -> Deploying:
    """A function in a VPC that moto has, with a role; ECS has been used in the account before."""
    ec2, iam = aws.client("ec2"), aws.client("iam")
    for role in ("orders", "AWSServiceRoleForECS"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    zones = (("10.20.1.0/24", "eu-west-1a"), ("10.20.2.0/24", "eu-west-1b"))
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for block, zone in zones
    ]
    _lead_out(aws, vpc, subnets[0])
    function = replace(FUNCTION, vpc={"VpcId": vpc, "SubnetIds": subnets, "SecurityGroupIds": []})
    return Deploying(TARGETS[ecs.KIND], aws, ledger, replace(orders, function=function), ecs.Settings())


def _lead_out(aws: Aws, vpc: str, subnet: str) -> None:
    """Give the VPC's main route table a default route to a NAT gateway."""
    ec2 = aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
