"""What a deployment to Elastic Beanstalk makes of roles and buckets, and what it leaves to others."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.s3.create_bucket import CreateBucket
from lambda_migrate.actions.s3.put_object import PutObject
from lambda_migrate.engine.executor import Executor
from lambda_migrate.errors import NotAllowed
from lambda_migrate.targets import elastic_beanstalk, roles, storage
from tests.targets.beanstalk_account import beanstalk, deploying
from tests.targets.stand_in import Refused, StandIn

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets import Deployment
    from tests.targets.beanstalk import Beanstalk
    from tests.targets.deploying import Deploying

__all__ = ["beanstalk", "deploying"]

pytestmark = pytest.mark.processes  # the targets ask git what belongs to the repository

ROLE = "lambda-migrate-orders-service"
SECRETS = "lambda-migrate-secrets"
THEIRS = "aws-elasticbeanstalk-service-role"


def readable(aws: Aws) -> list[str]:
    """Return the secrets that instances may read."""
    document = aws.client("iam").get_role_policy(RoleName=ROLE, PolicyName=SECRETS)["PolicyDocument"]
    return [arn.rpartition(":")[2] for arn in document["Statement"][0]["Resource"]]


def test_a_secret_that_is_added_later_may_be_read_from_then_on(deploying: Deploying, aws: Aws) -> None:
    for name in ("/orders/db", "/orders/mail"):
        aws.client("ssm").put_parameter(Name=name, Value="hunter2", Type="String")
    deploying.settings = elastic_beanstalk.Settings(secrets={"DATABASE_URL": "ssm:/orders/db"})
    deploying.deploy()
    both = {"DATABASE_URL": "ssm:/orders/db", "MAIL": "ssm:/orders/mail"}
    deploying.settings = elastic_beanstalk.Settings(secrets=both)

    plan, _prepared = deploying.prepare()
    deploying.deploy()

    assert [step.action.kind for step in plan.steps] == [
        "put_object",
        "put_role_policy",
        "create_application_version",
        "point_environment",
    ]
    assert readable(aws) == ["parameter/orders/db", "parameter/orders/mail"]

    deploying.rollback()

    assert readable(aws) == ["parameter/orders/db"]


def test_the_role_that_the_account_has_for_elastic_beanstalk_is_used_as_it_is(
    deploying: Deploying, beanstalk: Beanstalk, aws: Aws
) -> None:
    """The console makes it with a condition, and every environment of the account rests on it."""
    iam = aws.client("iam")
    trusted = roles.trust("elasticbeanstalk.amazonaws.com", "elasticbeanstalk")
    iam.create_role(RoleName=THEIRS, Path="/service-role/", AssumeRolePolicyDocument=json.dumps(trusted))

    deploying.deploy()

    option = "aws:elasticbeanstalk:environment/ServiceRole"
    assert beanstalk.environments["orders-service"]["Options"][option] == THEIRS
    Executor(deploying.ledger, aws).rollback()
    assert {role["RoleName"] for role in iam.list_roles()["Roles"]} == {THEIRS, "orders"}


def test_a_role_that_is_made_for_elastic_beanstalk_is_the_functions_own(deploying: Deploying, aws: Aws) -> None:
    deploying.deploy()

    iam, name = aws.client("iam"), "lambda-migrate-orders-platform"
    trusted = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    assert trusted == roles.trust("elasticbeanstalk.amazonaws.com", "elasticbeanstalk")
    attached = {each["PolicyName"] for each in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
    assert attached == {
        "AWSElasticBeanstalkEnhancedHealth",
        "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
    }


def test_what_bounds_the_function_bounds_the_service(deploying: Deploying, aws: Aws) -> None:
    iam = aws.client("iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}
    bounds = iam.create_policy(PolicyName="bounds", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="orders", PermissionsBoundary=bounds)

    deploying.deploy()

    assert iam.get_role(RoleName=ROLE)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == bounds


def test_a_new_instance_profile_is_given_time_to_be_found(deploying: Deploying) -> None:
    plan, _prepared = deploying.prepare()

    assert {step.action.kind: step.propagation for step in plan.steps if step.propagation} == {"add_profile_role": 15.0}


def test_an_instance_profile_of_their_own_has_to_read_the_secrets_itself(deploying: Deploying, aws: Aws) -> None:
    aws.client("ssm").put_parameter(Name="/orders/db", Value="hunter2", Type="String")
    deploying.settings = elastic_beanstalk.Settings(instance_profile="theirs", secrets={"DB": "ssm:/orders/db"})

    _plan, prepared = deploying.prepare()

    told = "instance profile `theirs` is used as it is: it has to be allowed to read the secrets of DB"
    assert told in prepared.warnings


@pytest.mark.parametrize(
    ("function", "bucket"),
    [
        ("orders", "lambda-migrate-123456789012-eu-west-1-orders"),
        ("Orders_v2", "lambda-migrate-123456789012-eu-west-1-orders-v2-2c60b680"),
        ("o" * 64, "lambda-migrate-123456789012-eu-west-1-oooooooooooooooo-c2d40c0e"),
    ],
)
def test_every_function_has_a_bucket_of_its_own(aws: Aws, orders: Deployment, function: str, bucket: str) -> None:
    made = storage.bucket_name(aws, replace(orders, name=function), None)

    assert (made, len(made) <= storage.NAME_LIMIT) == (bucket, True)


@dataclass
class Stranger(StandIn):
    """A bucket of that name in another account, open to everybody: S3 refuses only whoever names an owner."""

    services: tuple[str, ...] = ("s3",)

    def s3_GetBucketLocation(self, ExpectedBucketOwner: str = "", **_given: Any) -> Any:  # noqa: N802, N803  # as AWS calls it
        if ExpectedBucketOwner:
            raise Refused("AccessDenied", "Access Denied")
        return {}

    def s3_HeadObject(self, ExpectedBucketOwner: str = "", **_given: Any) -> Any:  # noqa: N802, N803  # as AWS calls it
        if ExpectedBucketOwner:
            raise Refused("403", "Forbidden")
        return {}


def test_nothing_is_put_into_a_bucket_of_somebody_else(aws: Aws) -> None:
    Stranger().attach(aws)

    for action in (CreateBucket("theirs", "eu-west-1"), PutObject("theirs", "bundle.zip", "00", "bundle.zip")):
        with pytest.raises(NotAllowed):
            action.observe(aws)


@pytest.mark.parametrize(
    ("key", "resource", "aliases"),
    [
        ("1234abcd", "arn:aws:kms:eu-west-1:123456789012:key/1234abcd", None),
        ("arn:aws:kms:eu-west-1:210987654321:key/12", "arn:aws:kms:eu-west-1:210987654321:key/12", None),
        ("alias/orders", "arn:aws:kms:eu-west-1:123456789012:key/*", "alias/orders"),
    ],
)
def test_a_key_of_the_accounts_own_may_be_used_for_its_secrets(
    aws: Aws, key: str, resource: str, aliases: str | None
) -> None:
    secret = aws.client("secretsmanager").create_secret(Name="orders/db", SecretString="hush", KmsKeyId=key)["ARN"]
    aws.client("ssm").put_parameter(Name="/orders/mail", Value="hush", Type="SecureString", KeyId=key)
    aws.client("ssm").put_parameter(Name="/orders/plain", Value="hush", Type="SecureString")

    found = roles.find(
        aws, {"DB": "secretsmanager:orders/db", "MAIL": "ssm:/orders/mail", "PLAIN": "ssm:/orders/plain"}
    )

    named = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": aliases}} if aliases else {}
    assert found.keys == {secret: key, found.arns["MAIL"]: key}
    policy = roles.reading(found.arns.values(), found.keys)
    assert policy
    assert policy["Statement"][2:] == [
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": resource,
            "Condition": {"StringEquals": {"kms:ViaService": f"{store}.eu-west-1.amazonaws.com"}, **named},
        }
        for store in ("secretsmanager", "ssm")
    ]
