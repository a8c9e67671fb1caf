"""What an environment of Elastic Beanstalk is told, and what a person is told of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.targets import elastic_beanstalk
from lambda_migrate.targets.base import Network
from lambda_migrate.targets.elastic_beanstalk import options
from tests.targets.beanstalk_account import beanstalk, deploying
from tests.targets.deployments import FUNCTION

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets import Deployment
    from tests.targets.deploying import Deploying

__all__ = ["beanstalk", "deploying"]

pytestmark = pytest.mark.processes  # the targets ask git what belongs to the repository

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/1"


@pytest.mark.parametrize(("timeout", "idle", "draining"), [(10, "60", "30"), (60, "65", "65"), (900, "905", "905")])
def test_nothing_gives_up_before_the_function_would(
    aws: Aws, orders: Deployment, timeout: int, idle: str, draining: str
) -> None:
    deployment = replace(orders, function=replace(FUNCTION, timeout=timeout))

    text, too_much = options.of_version(aws, deployment, elastic_beanstalk.Settings(), {})

    written = json.loads(text)["option_settings"]
    assert written["aws:elbv2:loadbalancer"] == {"IdleTimeout": idle}
    assert written["aws:elasticbeanstalk:environment:process:default"]["DeregistrationDelay"] == draining
    assert too_much == []


def test_more_properties_than_elastic_beanstalk_takes_stand_in_the_way(deploying: Deploying) -> None:
    deploying.settings = elastic_beanstalk.Settings(environment={"TABLES": "x" * 4090})

    plan, _prepared = deploying.prepare()

    assert plan.blockers == (
        (
            "properties-too-long: `environment:` and `secrets:` take 4,151 bytes, Elastic Beanstalk allows 4,096: "
            "move what is the same everywhere into the repository's `environment.defaults`"
        ),
    )


def test_a_load_balancer_that_is_open_to_the_internet_is_told(deploying: Deploying) -> None:
    deploying.deployment = replace(deploying.deployment, function=replace(FUNCTION, vpc={}))

    plan, prepared = deploying.prepare()

    assert plan.blockers == ()
    told = "no VPC is named and the function is in none: the load balancer is reached from the internet,"
    assert f"{told} in the account's default VPC" in prepared.warnings


@pytest.mark.parametrize(
    ("network", "blocker"),
    [
        (
            Network(subnets=["subnet-a", "subnet-b"]),
            "service-network: the function is not in a VPC: set `vpc` and `subnets` in",
        ),
        (
            Network(vpc="vpc-1", subnets=["subnet-a"]),
            "service-network: a load balancer needs subnets in two availability zones",
        ),
    ],
)
def test_half_a_network_stands_in_the_way(deploying: Deploying, network: Network, blocker: str) -> None:
    deploying.deployment = replace(deploying.deployment, function=replace(FUNCTION, vpc={}))
    deploying.settings = elastic_beanstalk.Settings(network=network)

    plan, _prepared = deploying.prepare()

    assert [each for each in plan.blockers if each.startswith(blocker)] == list(plan.blockers)
    assert len(plan.blockers) == 1


def test_a_public_load_balancer_in_the_functions_own_subnets_is_told(deploying: Deploying) -> None:
    deploying.settings = elastic_beanstalk.Settings(network=Network(public=True))

    _plan, prepared = deploying.prepare()

    assert [each for each in prepared.warnings if "name others in `load_balancer_subnets`" in each]


def test_what_no_deployment_changes_is_told_where_migration_yaml_says_otherwise(deploying: Deploying) -> None:
    deploying.deploy()
    deploying.settings = elastic_beanstalk.Settings(certificate=CERTIFICATE, instance_type="m7i.large")

    _plan, prepared = deploying.prepare()

    assert prepared.warnings == (
        (
            "`InstanceTypes` of orders-service is `t3.small`, migration.yaml says `m7i.large`: "
            "no deployment changes that, change it in AWS"
        ),
        (
            f"`SSLCertificateArns` of orders-service is `not set`, migration.yaml says `{CERTIFICATE}`: "
            "no deployment changes that, change it in AWS"
        ),
    )


def test_a_python_that_is_newer_than_every_platform_stands_in_the_way(deploying: Deploying) -> None:
    deploying.settings = elastic_beanstalk.Settings(python="3.15")

    plan, _prepared = deploying.prepare()

    assert plan.blockers == (
        (
            "no-platform: Elastic Beanstalk offers no Python 3.15 or newer here (its newest: 3.13): "
            "name another in `python:`"
        ),
    )
