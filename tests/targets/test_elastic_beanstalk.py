"""A deployment to Elastic Beanstalk: bucket and roles at moto, the rest at a stand-in held to AWS's own model."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import GateClosed, MigrateError
from lambda_migrate.targets import elastic_beanstalk, network
from lambda_migrate.targets.base import Scaling
from lambda_migrate.targets.elastic_beanstalk import options
from tests.targets.beanstalk_account import QUEUE, TABLES, beanstalk, deploying
from tests.targets.deploying import Deploying
from tests.targets.deployments import FUNCTION

__all__ = ["beanstalk", "deploying"]

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from tests.targets.beanstalk import Beanstalk
    from tests.targets.deploying import Deploying

pytestmark = pytest.mark.processes  # the targets ask git what belongs to the repository

BUCKET = "lambda-migrate-123456789012-eu-west-1-orders"


def bundle(aws: Aws) -> dict[str, bytes]:
    """Return the files of the newest bundle."""
    s3 = aws.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    content = s3.get_object(Bucket=BUCKET, Key=keys[-1])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def label(beanstalk: Beanstalk) -> str:
    return str(beanstalk.environments["orders-service"]["VersionLabel"])


def test_a_first_deployment_makes_everything_and_ends_green(
    deploying: Deploying, beanstalk: Beanstalk, aws: Aws
) -> None:
    state = deploying.deploy()

    assert (state.condition, state.version) == ("healthy", label(beanstalk))
    assert state.url == "http://orders-service.eu-west-1.elasticbeanstalk.com"
    assert beanstalk.called() == [
        "elasticbeanstalk:CreateApplication",
        "elasticbeanstalk:CreateApplicationVersion",
        "elasticbeanstalk:CreateEnvironment",
    ]
    environment = beanstalk.environments["orders-service"]
    assert environment["SolutionStackName"] == "64bit Amazon Linux 2023 v4.10.0 running Python 3.12"
    assert environment["Options"] == {
        "aws:elasticbeanstalk:environment/EnvironmentType": "LoadBalanced",
        "aws:elasticbeanstalk:environment/LoadBalancerType": "application",
        "aws:elasticbeanstalk:environment/ServiceRole": "lambda-migrate-orders-platform",
        "aws:autoscaling:launchconfiguration/IamInstanceProfile": "lambda-migrate-orders-service",
        "aws:autoscaling:launchconfiguration/DisableIMDSv1": "true",
        "aws:autoscaling:launchconfiguration/SecurityGroups": "sg-1",
        "aws:ec2:instances/InstanceTypes": "t3.small",
        "aws:ec2:instances/SupportedArchitectures": "x86_64",
        "aws:ec2:vpc/VPCId": "vpc-1",
        "aws:ec2:vpc/Subnets": "subnet-a,subnet-b",
        "aws:ec2:vpc/ELBSubnets": "subnet-a,subnet-b",
        "aws:ec2:vpc/ELBScheme": "internal",
    }
    assert "Environment health has transitioned" in deploying.told
    assert [path for path in deploying.deployment.state.rglob("*") if path.is_file()] == []


def test_instances_may_do_what_the_function_may_less_what_only_lambda_needs(deploying: Deploying, aws: Aws) -> None:
    deploying.deploy()

    iam, name = aws.client("iam"), "lambda-migrate-orders-service"
    attached = {each["PolicyArn"] for each in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
    assert attached == {"arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier", QUEUE}
    assert iam.get_role_policy(RoleName=name, PolicyName="tables")["PolicyDocument"] == TABLES
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    assert trust["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    profile = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    assert [role["RoleName"] for role in profile["Roles"]] == [name]


def test_the_bundle_holds_the_settings_and_secrets_as_references_only(
    deploying: Deploying, aws: Aws, ledger: Ledger
) -> None:
    aws.client("secretsmanager").create_secret(Name="orders/keys", SecretString="k1:hush")
    aws.client("ssm").put_parameter(Name="/orders/db", Value="hunter2", Type="SecureString")
    deploying.deployment = replace(
        deploying.deployment,
        secrets={"LAMBDA_MIGRATE_SIGNING_KEYS": "secretsmanager:orders/keys"},
        environment={"SERVICE_BASE_PATH": "/api", "LOG_LEVEL": "overlaid"},
    )
    deploying.settings = elastic_beanstalk.Settings(
        environment={"LOG_LEVEL": "info"}, secrets={"DATABASE_URL": "ssm:/orders/db"}
    )

    deploying.deploy()

    files = bundle(aws)
    written = json.loads(files[elastic_beanstalk.CONFIGURATION])["option_settings"]
    secrets = written["aws:elasticbeanstalk:application:environmentsecrets"]
    assert secrets == {"DATABASE_URL": "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/db"}
    plain = written["aws:elasticbeanstalk:application:environment"]
    assert (plain["LOG_LEVEL"], plain["LAMBDA_MIGRATE_SIGNING_KEYS"]) == ("info", "secretsmanager:orders/keys")
    assert plain["SERVICE_BASE_PATH"] == "/api"
    assert written["aws:elasticbeanstalk:command"]["DeploymentPolicy"] == "RollingWithAdditionalBatch"
    assert written["aws:elasticbeanstalk:healthreporting:system"] == {"SystemType": "enhanced"}
    assert written["aws:elasticbeanstalk:environment:process:default"]["HealthCheckPath"] == "/readyz"
    everything = b"".join(files.values()) + ledger.path.read_bytes()
    assert [word for word in (b"hush", b"hunter2") if word in everything] == []
    assert b"LOG_LEVEL" not in ledger.path.read_bytes()
    policies = aws.client("iam").list_role_policies(RoleName="lambda-migrate-orders-service")["PolicyNames"]
    assert sorted(policies) == ["lambda-migrate-secrets", "tables"]


def test_deploying_the_same_again_changes_nothing(deploying: Deploying, beanstalk: Beanstalk) -> None:
    deploying.deploy()
    before = len(beanstalk.called())

    plan, _prepared = deploying.prepare()
    state = deploying.deploy()

    assert plan.steps == ()
    assert state.condition == "healthy"
    assert len(beanstalk.called()) == before


def test_another_setting_is_another_version_and_the_way_back_is_the_version_before(
    deploying: Deploying, beanstalk: Beanstalk
) -> None:
    deploying.deploy()
    first = label(beanstalk)
    deploying.settings = elastic_beanstalk.Settings(scaling=Scaling(minimum=3, maximum=9))
    plan, _prepared = deploying.prepare()
    deploying.deploy()
    second = label(beanstalk)

    assert [step.action.kind for step in plan.steps] == [
        "put_object",
        "create_application_version",
        "point_environment",
    ]
    assert second != first

    state = deploying.rollback()

    assert (state.condition, label(beanstalk)) == ("healthy", first)
    assert {key[1] for key in beanstalk.versions} == {first}


def test_the_first_deployment_has_nothing_to_go_back_to(deploying: Deploying, beanstalk: Beanstalk) -> None:
    deploying.deploy()

    with pytest.raises(GateClosed, match="no earlier deployment") as refused:
        deploying.rollback()

    assert refused.value.gate == "no-earlier-deployment"
    assert "orders-service" in beanstalk.environments


def test_a_version_that_never_turns_green_is_taken_back(
    deploying: Deploying, beanstalk: Beanstalk, ledger: Ledger
) -> None:
    deploying.deploy()
    first = label(beanstalk)
    (deploying.deployment.folder / "serve.py").write_text("raise SystemExit\n")
    plan, _prepared = deploying.prepare()
    beanstalk.bad.add(plan.steps[-1].action.after)  # type: ignore[attr-defined]  # it points the environment

    with pytest.raises(MigrateError) as raised:
        deploying.deploy()

    assert raised.value.exit_code == 1
    assert "orders-service is red: 100.0 % of the requests are failing" in raised.value.message
    assert "everything is as it was before (3 steps rolled back)" in raised.value.hint
    assert label(beanstalk) == first
    assert [run.closed for run in runs(ledger)] == ["finished", "rolled-back"]
    assert deploying.watched().state().condition == "healthy"


def test_a_version_that_fails_on_its_way_is_taken_from_every_instance_again(
    deploying: Deploying, beanstalk: Beanstalk, ledger: Ledger
) -> None:
    """Elastic Beanstalk goes back to the version before, and leaves instances that took the new one as they are."""
    deploying.deploy()
    first = label(beanstalk)
    (deploying.deployment.folder / "serve.py").write_text("raise SystemExit\n")
    _plan, prepared = deploying.prepare()
    beanstalk.failing.add(prepared.summary["version"])

    with pytest.raises(MigrateError) as raised:
        deploying.deploy()

    told = f"the service runs {first}, not {prepared.summary['version']}; [Instance: i-1] Command failed on instance."
    assert raised.value.message == told
    assert (label(beanstalk), beanstalk.left_behind) == (first, [])
    assert beanstalk.called().count("elasticbeanstalk:UpdateEnvironment") == 2
    assert [run.closed for run in runs(ledger)] == ["finished", "rolled-back"]
    assert deploying.watched().state().condition == "healthy"


def test_a_first_deployment_that_never_turns_green_leaves_nothing_behind(
    deploying: Deploying, beanstalk: Beanstalk, aws: Aws
) -> None:
    plan, _prepared = deploying.prepare()
    beanstalk.bad.add(plan.steps[-1].action.label)  # type: ignore[attr-defined]  # it makes the environment

    with pytest.raises(MigrateError, match="is red"):
        deploying.deploy()

    assert beanstalk.documents() == {"applications": {}, "versions": {}, "environments": {}}
    assert aws.client("s3").list_buckets()["Buckets"] == []
    assert [role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]] == ["orders"]


def test_what_aws_refuses_in_between_is_taken_back_too(
    deploying: Deploying, beanstalk: Beanstalk, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_given: Any) -> None:
        beanstalk.environments["orders-service"] = beanstalk.environments["orders-service"] | {"Status": "Ready"}
        msg = "EC2 has no capacity"
        raise MigrateError(msg)

    deploying.deploy()
    first = label(beanstalk)
    (deploying.deployment.folder / "serve.py").write_text("print('other')\n")
    monkeypatch.setattr(beanstalk, "elasticbeanstalk_UpdateEnvironment", refuse)

    with pytest.raises(MigrateError, match="EC2 has no capacity"):
        deploying.deploy()

    assert label(beanstalk) == first
    assert len(beanstalk.versions) == 1


def test_a_python_that_the_platform_has_not_becomes_the_next_newer_one(deploying: Deploying) -> None:
    deploying.deployment = replace(deploying.deployment, function=replace(FUNCTION, runtime="python3.11"))

    _plan, prepared = deploying.prepare()

    assert "Elastic Beanstalk has no Python 3.11: the service runs on 3.12" in prepared.warnings


def test_a_secret_that_is_not_there_stands_in_the_way(deploying: Deploying) -> None:
    deploying.settings = elastic_beanstalk.Settings(secrets={"DATABASE_URL": "secretsmanager:nowhere"})

    plan, _prepared = deploying.prepare()

    assert len(plan.blockers) == 1
    text = "secret `secretsmanager:nowhere` of `DATABASE_URL` could not be found"
    assert plan.blockers[0].startswith(f"secret-unreadable: {text}")


def test_secrets_that_the_function_had_are_handed_over_as_references(deploying: Deploying, aws: Aws) -> None:
    aws.client("secretsmanager").create_secret(Name="orders/SESSION_SECRET", SecretString="hush")
    lines = ["# as it was", "TABLE=orders", "SESSION_SECRET=secretsmanager:orders/SESSION_SECRET", "OLD=ssm:/gone"]
    (deploying.deployment.folder / "environment.defaults").write_text("\n".join(lines))
    deploying.settings = elastic_beanstalk.Settings(environment={"OLD": "not needed any more"})

    deploying.deploy()

    written = json.loads(bundle(aws)[elastic_beanstalk.CONFIGURATION])["option_settings"]
    secrets = written["aws:elasticbeanstalk:application:environmentsecrets"]
    assert list(secrets) == ["SESSION_SECRET"]
    policy = aws.client("iam").get_role_policy(
        RoleName="lambda-migrate-orders-service", PolicyName="lambda-migrate-secrets"
    )["PolicyDocument"]
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": list(secrets.values())}
    ]


def test_a_certificate_makes_the_load_balancer_speak_https(deploying: Deploying) -> None:
    certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
    settings = elastic_beanstalk.Settings(certificate=certificate)

    place = network.placement(deploying.deployment, settings.network, default=True)
    chosen = options.of_environment(deploying.deployment, settings, place, "profile", "role")

    assert [each for each in chosen if each[0].startswith("aws:elbv2")] == [
        ["aws:elbv2:listener:443", "Protocol", "HTTPS"],
        ["aws:elbv2:listener:443", "SSLCertificateArns", certificate],
        ["aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06"],
        ["aws:elbv2:listener:default", "ListenerEnabled", "false"],
    ]
