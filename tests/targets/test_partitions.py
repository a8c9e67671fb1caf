"""In another partition, ARNs and hosts are that partition's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions.cloudformation.put_stack import PutStack
from lambda_migrate.actions.iam.attach_role_policy import AttachRolePolicy
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.aws.session import Aws
from lambda_migrate.targets import ecs, elastic_beanstalk, roles
from lambda_migrate.targets.base import Network
from tests.targets.beanstalk import Beanstalk
from tests.targets.builds import Builds
from tests.targets.deployments import FUNCTION

if TYPE_CHECKING:
    from lambda_migrate.targets import Deployment

pytestmark = pytest.mark.processes  # the targets ask git what belongs to the repository

CHINA = "cn-north-1"


@pytest.fixture
def china(aws: Aws) -> Aws:
    """A session in China, in the AWS of moto that the fixture before has started."""
    assert aws.partition == "aws"
    return Aws(region=CHINA, sleep=lambda _seconds: None)


@pytest.fixture
def abroad(orders: Deployment, china: Aws) -> Deployment:
    ec2 = china.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for block, zone in (("10.20.1.0/24", f"{CHINA}a"), ("10.20.2.0/24", f"{CHINA}b"))
    ]
    placed = {"VpcId": vpc, "SubnetIds": subnets, "SecurityGroupIds": []}
    return replace(orders, function=replace(FUNCTION, vpc=placed))


def test_an_image_is_pulled_and_a_template_read_from_the_partitions_own_hosts(china: Aws, abroad: Deployment) -> None:
    Builds().attach(china)

    steps = ecs.prepare(china, abroad, ecs.Settings()).steps

    puts = [step.action for step in steps if isinstance(step.action, PutStack)]
    templates = [put.after["template"].partition("/lambda-migrate-")[0] for put in puts if put.after]
    given = [put.after["parameters"] for put in puts if put.after]
    images = [parameters["Image"].partition("/")[0] for parameters in given if "Image" in parameters]
    assert templates == ["https://s3.cn-north-1.amazonaws.com.cn"] * 2
    assert images == ["123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"]


def test_managed_policies_and_the_principal_of_instances_are_the_partitions_own(china: Aws, orders: Deployment) -> None:
    Beanstalk().attach(china)
    settings = elastic_beanstalk.Settings(network=Network(public=True))

    steps = elastic_beanstalk.prepare(china, replace(orders, function=None), settings).steps

    attached = [step.action.policy for step in steps if isinstance(step.action, AttachRolePolicy)]
    trusted = [step.action.trust for step in steps if isinstance(step.action, CreateRole)]
    assert attached == [
        "arn:aws-cn:iam::aws:policy/service-role/AWSElasticBeanstalkEnhancedHealth",
        "arn:aws-cn:iam::aws:policy/AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
        "arn:aws-cn:iam::aws:policy/AWSElasticBeanstalkWebTier",
    ]
    assert [each["Statement"][0]["Principal"]["Service"] for each in trusted] == [
        "elasticbeanstalk.amazonaws.com",
        "ec2.amazonaws.com.cn",
    ]


def test_a_key_may_be_used_through_the_partitions_own_hosts() -> None:
    secret = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:orders-AbCdEf"

    document = roles.reading([secret], {secret: "alias/orders"})

    assert document
    assert document["Statement"][1]["Condition"]["StringEquals"] == {
        "kms:ViaService": [
            "secretsmanager.cn-north-1.amazonaws.com",
            "secretsmanager.cn-north-1.amazonaws.com.cn",
        ]
    }
    assert "arn:aws:" not in json.dumps(document)
