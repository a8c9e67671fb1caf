"""Subnets from which a service could not start are told before anything is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import parse
from lambda_migrate.errors import NotAllowed
from lambda_migrate.targets import TARGETS, ecs, elastic_beanstalk, way_out
from lambda_migrate.targets.network import NetworkPlacement
from lambda_migrate.workflow import target
from tests.targets.beanstalk import Beanstalk
from tests.targets.builds import Builds
from tests.targets.deployments import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets import Deployment

pytestmark = pytest.mark.processes  # the targets ask git what belongs to the repository

FARGATE = way_out.Needs(("ecr.api", "ecr.dkr", "s3", "logs"), "", public=False, setting="public_tasks")
INSTANCES = way_out.Needs(("s3",), "the package index", public=None, setting="public_instances")
CLOSED = "it has no route to the internet; add a NAT gateway or VPC endpoints, or name other subnets"


@dataclass
class Vpc:
    """A VPC with one subnet and its own route table, in moto."""

    aws: Aws
    id: str
    subnet: str
    table: str

    def route(self, **to: str) -> None:
        self.aws.client("ec2").create_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", **to)

    def internet_gateway(self) -> None:
        ec2 = self.aws.client("ec2")
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.id)
        self.route(GatewayId=gateway)

    def nat_gateway(self) -> None:
        ec2 = self.aws.client("ec2")
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = ec2.create_nat_gateway(SubnetId=self.subnet, AllocationId=address)["NatGateway"]
        self.route(NatGatewayId=made["NatGatewayId"])

    def endpoint(self, name: str, *, private_dns: bool = True) -> None:
        self.aws.client("ec2").create_vpc_endpoint(
            VpcId=self.id,
            ServiceName=f"com.amazonaws.eu-west-1.{name}",
            VpcEndpointType="Interface",
            PrivateDnsEnabled=private_dns,
            SubnetIds=[self.subnet],
        )

    def gateway_endpoint(self, name: str) -> None:
        self.aws.client("ec2").create_vpc_endpoint(
            VpcId=self.id,
            ServiceName=f"com.amazonaws.eu-west-1.{name}",
            VpcEndpointType="Gateway",
            RouteTableIds=[self.table],
        )

    def said(self, needs: way_out.Needs = FARGATE) -> list[str]:
        place = NetworkPlacement(self.id, (self.subnet,), (self.subnet,), (), public=False)
        return [str(each) for each in way_out.closed_ways(self.aws, place, needs)]


@pytest.fixture
def vpc(aws: Aws) -> Vpc:
    ec2 = aws.client("ec2")
    made = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=made, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=made)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return Vpc(aws, made, subnet, table)


@pytest.fixture
def refuse(aws: Aws) -> Callable[[str], None]:
    """Have a call refused from now on."""

    def deny(call: str) -> None:
        service, _, operation = call.partition(":")

        def refused(**_ignored: Any) -> None:
            raise NotAllowed(f"`{call}` is not allowed")

        aws.client(service).meta.events.register(f"before-call.{service}.{operation}", refused)

    return deny


def test_a_subnet_without_a_route_needs_every_endpoint(vpc: Vpc) -> None:
    start = f"service-without-way-out: from `{vpc.subnet}` the service does not reach"

    assert vpc.said() == [f"{start} ecr.api, ecr.dkr, s3, logs: {CLOSED}"]
    for name in ("ecr.api", "ecr.dkr", "logs"):
        vpc.endpoint(name)
    assert vpc.said() == [f"{start} s3: {CLOSED}"]
    vpc.gateway_endpoint("s3")
    assert vpc.said() == []


def test_an_endpoint_without_private_dns_stands_for_nothing(vpc: Vpc) -> None:
    vpc.endpoint("logs", private_dns=False)

    assert [text for text in vpc.said(replace(FARGATE, endpoints=("logs",))) if "does not reach logs:" in text]


def test_a_nat_gateway_leads_out(vpc: Vpc) -> None:
    vpc.nat_gateway()

    assert vpc.said() == []


def test_an_internet_gateway_leads_out_with_public_addresses_alone(vpc: Vpc) -> None:
    vpc.internet_gateway()

    (text,) = vpc.said()
    assert text.endswith(
        "the way out is an internet gateway, which takes public addresses; set `public_tasks: true`,"
        " or name subnets behind a NAT gateway"
    )
    assert vpc.said(replace(FARGATE, public=True)) == []


def test_instances_may_have_public_addresses_from_their_subnet(vpc: Vpc) -> None:
    vpc.internet_gateway()
    assert len(vpc.said(INSTANCES)) == 1

    vpc.aws.client("ec2").modify_subnet_attribute(SubnetId=vpc.subnet, MapPublicIpOnLaunch={"Value": True})

    assert vpc.said(INSTANCES) == []


def test_no_endpoint_stands_for_the_package_index(vpc: Vpc) -> None:
    vpc.endpoint("s3")

    assert [text for text in vpc.said(INSTANCES) if "does not reach the package index: it has no route" in text]


def test_a_subnet_without_a_table_of_its_own_has_the_main_one(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=made, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    (main,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [made]}])["RouteTables"]
    found = Vpc(aws, made, subnet, main["RouteTableId"])
    assert len(found.said()) == 1

    found.nat_gateway()

    assert found.said() == []


def test_what_cannot_be_read_stands_in_the_way(vpc: Vpc, refuse: Callable[[str], None]) -> None:
    refuse("ec2:DescribeRouteTables")

    (text,) = vpc.said()

    assert text.startswith(f"service-without-way-out: the routes of {vpc.subnet} could not be read: ")
    assert text.endswith("allow it, or accept this where you know that they lead out")


@pytest.mark.parametrize("kind", [ecs.KIND, elastic_beanstalk.KIND])
def test_a_deployment_asks_and_the_team_may_accept(aws: Aws, vpc: Vpc, orders: Deployment, kind: str) -> None:
    (Builds() if kind == ecs.KIND else Beanstalk()).attach(aws)
    placed = {"VpcId": vpc.id, "SubnetIds": [vpc.subnet, vpc.subnet], "SecurityGroupIds": []}
    deployment = replace(orders, function=replace(FUNCTION, vpc=placed))
    settings = TARGETS[kind].settings()
    prepared = TARGETS[kind].prepare(aws, deployment, settings)
    found = target.ServiceTarget(TARGETS[kind], settings, deployment, FUNCTION.arn)
    accepted = "accept: [{rule: service-without-way-out, reason: our own proxy}]"

    refused = target.plan("service", found, prepared, parse("function: orders"))
    allowed = target.plan("service", found, prepared, parse(f"function: orders\n{accepted}"))

    assert [each.partition(":")[0] for each in refused.blockers] == ["service-without-way-out"]
    assert allowed.blockers == ()
    assert [each for each in allowed.warnings if each.startswith("accepted (our own proxy): service-without-way-out")]
