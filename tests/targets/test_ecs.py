"""A deployment to ECS: stacks and storage at moto, builds and running tasks at stand-ins held to AWS's own models."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.targets import ecs
from lambda_migrate.targets.base import Network, Scaling
from tests.support import cloudformation
from tests.targets.deployments import FUNCTION
from tests.targets.ecs_account import builds, deploying, tasks

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from tests.targets.builds import Builds
    from tests.targets.deploying import Deploying
    from tests.targets.ecs_tasks import Tasks

__all__ = ["builds", "deploying", "tasks"]
pytestmark = pytest.mark.processes  # the targets ask git what belongs to the repository
ANY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
BUCKET = "lambda-migrate-123456789012-eu-west-1-orders"


def stacks(aws: Aws) -> dict[str, dict[str, str]]:
    """Return the parameters of each stack."""
    found = aws.client("cloudformation").describe_stacks()["Stacks"]
    return {
        each["StackName"]: {one["ParameterKey"]: one["ParameterValue"] for one in each.get("Parameters", [])}
        for each in found
        if each["StackStatus"] != "DELETE_COMPLETE"
    }


def test_a_first_deployment_makes_the_image_and_the_service(deploying: Deploying, builds: Builds, aws: Aws) -> None:
    state = deploying.deploy()

    (tag,) = builds.images
    assert (state.condition, state.text, state.version) == ("healthy", f"2 of 2 tasks run {tag}", tag)
    made = stacks(aws)
    assert list(made) == ["lambda-migrate-orders-image", "lambda-migrate-orders-service"]
    parameters = made["lambda-migrate-orders-service"]
    assert parameters["Image"] == f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/lambda-migrate/orders:{tag}"
    assert parameters["Clients"] == "10.20.0.0/16"
    cluster = aws.client("cloudformation").describe_stack_resource(
        StackName="lambda-migrate-orders-service", LogicalResourceId="Cluster"
    )["StackResourceDetail"]
    assert cluster["PhysicalResourceId"] == "orders-service"


def test_the_templates_are_a_part_of_the_repository(deploying: Deploying) -> None:
    deploying.settings = ecs.Settings(environment={"LOG_LEVEL": "info"})

    deploying.deploy()

    text = (deploying.deployment.folder / "deploy/ecs/service.yaml").read_text()
    assert text.startswith("# lambda-migrate ")
    template = cloudformation.load(text)
    container = template["Resources"]["Task"]["Properties"]["ContainerDefinitions"][0]
    assert {each["Name"]: each["Value"] for each in container["Environment"]}["LOG_LEVEL"] == "info"
    rollout = template["Resources"]["Service"]["Properties"]["DeploymentConfiguration"]
    assert rollout["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert b"LOG_LEVEL" not in deploying.ledger.path.read_bytes()


@pytest.mark.parametrize(
    ("timeout", "waits"), [(10, ("60", "30", 60)), (60, ("65", "65", 75)), (900, ("905", "905", 120))]
)
def test_nothing_gives_up_before_the_function_would(
    deploying: Deploying, timeout: int, waits: tuple[str, str, int]
) -> None:
    function = deploying.deployment.function
    assert function
    deploying.deployment = replace(deploying.deployment, function=replace(function, timeout=timeout))

    _plan, prepared = deploying.prepare()

    text = prepared.files[deploying.deployment.folder / "deploy/ecs/service.yaml"]
    resources = cloudformation.load(text)["Resources"]
    (draining,) = resources["TargetGroup"]["Properties"]["TargetGroupAttributes"]
    idle = resources["LoadBalancer"]["Properties"]["LoadBalancerAttributes"][0]
    (container,) = resources["Task"]["Properties"]["ContainerDefinitions"]
    assert (idle["Value"], draining["Value"], container["StopTimeout"]) == waits


def test_the_way_back_is_the_stack_and_the_image_before(deploying: Deploying, builds: Builds, aws: Aws) -> None:
    deploying.deploy()
    before, images = stacks(aws), dict(builds.images)
    (deploying.deployment.folder / "serve.py").write_text("print('other')\n")
    deploying.settings = ecs.Settings(scaling=Scaling(minimum=3, maximum=9))
    deploying.deploy()
    assert stacks(aws)["lambda-migrate-orders-service"]["Minimum"] == "3"

    deploying.rollback()

    assert stacks(aws) == before
    assert builds.images == images


def test_deploying_the_same_again_changes_nothing(deploying: Deploying) -> None:
    deploying.deploy()

    plan, prepared = deploying.prepare()

    assert (plan.steps, plan.blockers) == ((), ())
    assert [warning for warning in prepared.warnings if "edited" in warning] == []


def test_a_template_that_the_team_has_edited_is_deployed_as_it_is(deploying: Deploying, aws: Aws) -> None:
    deploying.deploy()
    path = deploying.deployment.folder / "deploy/ecs/service.yaml"
    path.write_text(path.read_text().replace("RetentionInDays: 30", "RetentionInDays: 90"))

    _plan, prepared = deploying.prepare()
    deploying.deploy()

    assert f"`{path}` was edited and is deployed as it is" in prepared.warnings
    deployed = aws.client("cloudformation").get_template(StackName="lambda-migrate-orders-service")["TemplateBody"]
    assert "RetentionInDays: 90" in str(deployed)


def test_a_build_that_fails_leaves_nothing_behind(deploying: Deploying, builds: Builds, aws: Aws) -> None:
    builds.broken = True

    with pytest.raises(MigrateError) as raised:
        deploying.deploy()

    assert "ended as FAILED: build: COMMAND_EXECUTION_ERROR: docker build: exit status 1" in raised.value.message
    assert "its log is `0` in log group `/lambda-migrate/orders/build`" in raised.value.hint
    assert stacks(aws) == {}
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_tasks_that_never_run_are_taken_back(deploying: Deploying, tasks: Tasks, aws: Aws) -> None:
    deploying.deploy()
    before = stacks(aws)
    deploying.settings = ecs.Settings(scaling=Scaling(minimum=3, maximum=9))
    tasks.rollout, tasks.said = "FAILED", ["service orders-service was unable to place a task"]

    with pytest.raises(MigrateError, match="the rollout failed; service orders-service was unable to place a task"):
        deploying.deploy()

    assert stacks(aws) == before


def test_tasks_that_ended_by_themselves_are_told_with_their_last_words(
    deploying: Deploying, tasks: Tasks, aws: Aws
) -> None:
    deploying.deploy()
    logs, group, stream = aws.client("logs"), "/lambda-migrate/orders/service", "service/service/0a1b2c3d4e"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    now = int(datetime.now(UTC).timestamp() * 1000)
    logs.put_log_events(
        logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": now, "message": "DATABASE_URL is not set"}]
    )
    tasks.ended = [("0a1b2c3d4e", "EssentialContainerExited"), ("ffffffffff", "ServiceSchedulerInitiated")]

    told = [each for each in ecs.events(aws, deploying.deployment, deploying.settings, 0.0) if "task " in each.text]

    (ended,) = told
    reason = "Essential container in task exited (exit code 1): DATABASE_URL is not set"
    assert (ended.text, ended.bad) == (f"task 0a1b2c3d ended: {reason}", True)


def test_a_function_without_a_vpc_needs_one_named(deploying: Deploying) -> None:
    deploying.deployment = replace(deploying.deployment, function=replace(FUNCTION, vpc={}))

    plan, _prepared = deploying.prepare()

    assert plan.blockers == (
        "service-network: the function is not in a VPC: set `vpc` and `subnets` in `service.target.network`",
    )


def test_an_internal_load_balancer_is_out_of_reach_for_a_function_without_a_vpc(deploying: Deploying) -> None:
    vpc = deploying.deployment.function.vpc if deploying.deployment.function else {}
    deploying.deployment = replace(deploying.deployment, function=replace(FUNCTION, vpc={}))
    deploying.settings = ecs.Settings(network=Network(vpc=vpc["VpcId"], subnets=vpc["SubnetIds"]))

    _plan, prepared = deploying.prepare()

    assert [each for each in prepared.warnings if "the proxy will not reach it" in each]


def test_the_log_is_read_from_cloudwatch(deploying: Deploying, aws: Aws) -> None:
    deploying.deploy()
    logs, group = aws.client("logs"), "/lambda-migrate/orders/service"
    for name in ("service/a", "service/b"):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
    now = int(datetime.now(UTC).timestamp() * 1000)
    for offset, name in enumerate(("service/b", "service/a", "service/b")):
        events = [{"timestamp": now + offset, "message": f"line {offset}\n"}]
        logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=events)

    assert list(ecs.logs(aws, deploying.deployment, deploying.settings, 2)) == ["line 1", "line 2"]


def test_every_block_of_addresses_of_the_vpc_may_reach_the_load_balancer(deploying: Deploying, aws: Aws) -> None:
    vpc = deploying.deployment.function.vpc["VpcId"] if deploying.deployment.function else ""
    aws.client("ec2").associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.21.0.0/16")

    deploying.deploy()

    assert stacks(aws)["lambda-migrate-orders-service"]["Clients"] == "10.20.0.0/16,10.21.0.0/16"
    text = (deploying.deployment.folder / "deploy/ecs/service.yaml").read_text()
    (group, _) = (each for each in cloudformation.load(text)["Resources"].values() if "SecurityGroup" in each["Type"])
    assert [each["CidrIp"] for each in group["Properties"]["SecurityGroupIngress"]] == [[0, "Clients"], [1, "Clients"]]


def test_roles_have_the_boundary_that_is_set_and_the_task_else_that_of_the_function(
    deploying: Deploying, aws: Aws
) -> None:
    iam, path = aws.client("iam"), deploying.deployment.folder / "deploy/ecs/service.yaml"
    theirs = iam.create_policy(PolicyName="theirs", PolicyDocument=json.dumps(ANY))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="orders", PermissionsBoundary=theirs)

    def boundaries() -> tuple[dict[str, Any], tuple[str, ...]]:
        _plan, prepared = deploying.prepare()
        resources = cloudformation.load(prepared.files[path].decode())["Resources"]
        roles = {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::IAM::Role"}
        bounded = tuple(each for each in prepared.warnings if "permissions_boundary" in each)
        return {name: each.get("PermissionsBoundary") for name, each in roles.items()}, bounded

    told = f"the function's role is bounded by `{theirs}`, roles of deployments are not: where the account asks for it,"
    assert boundaries() == ({"ExecutionRole": None, "TaskRole": theirs}, (f"{told} set `permissions_boundary`",))
    deploying.deployment = replace(deploying.deployment, boundary="arn:aws:iam::123456789012:policy/team")
    assert boundaries() == (dict.fromkeys(("ExecutionRole", "TaskRole"), deploying.deployment.boundary), ())


def test_the_first_service_of_an_account_waits_for_the_role_of_ecs_itself(deploying: Deploying, aws: Aws) -> None:
    aws.client("iam").delete_role(RoleName="AWSServiceRoleForECS")

    plan, _prepared = deploying.prepare()

    first = plan.steps[0]
    assert (first.id, first.action.describe(), first.propagation) == (
        "01-create_service_linked_role",
        "role AWSServiceRoleForECS: create",
        20.0,
    )
    assert "put_stack" in {step.action.kind for step in plan.steps[1:]}


def test_a_new_account_that_may_not_build_yet_is_told_which_quota(deploying: Deploying, builds: Builds) -> None:
    builds.quota = False

    with pytest.raises(MigrateError) as raised:
        deploying.deploy()

    assert "Cannot have more than 0 builds in queue for the account" in raised.value.message
    assert "in Service Quotas ask for more of CodeBuild's `Concurrently running builds`" in raised.value.hint
