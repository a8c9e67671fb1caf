"""The worlds of the actions that deploy the service."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.cloudformation.put_stack import PutStack
from lambda_migrate.actions.codebuild.build_image import BuildImage
from lambda_migrate.actions.elastic_beanstalk.create_application import CreateApplication
from lambda_migrate.actions.elastic_beanstalk.create_application_version import CreateApplicationVersion
from lambda_migrate.actions.elastic_beanstalk.create_environment import CreateEnvironment
from lambda_migrate.actions.elastic_beanstalk.point_environment import PointEnvironment
from lambda_migrate.actions.iam.add_profile_role import AddProfileRole
from lambda_migrate.actions.iam.attach_role_policy import AttachRolePolicy
from lambda_migrate.actions.iam.create_instance_profile import CreateInstanceProfile
from lambda_migrate.actions.iam.create_service_linked_role import CreateServiceLinkedRole
from lambda_migrate.actions.iam.put_user_policy import PutUserPolicy
from lambda_migrate.actions.s3.create_bucket import CreateBucket
from lambda_migrate.actions.s3.put_object import PutObject
from tests.actions.stage import World
from tests.targets.beanstalk import STACKS, Beanstalk
from tests.targets.builds import Builds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

DENIAL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "lambda:UpdateFunctionCode", "Resource": "*"}],
}
MANAGED = "arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier"
THEIRS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def create_bucket(stage: Stage) -> World:
    s3 = stage.client("s3")
    name = f"{stage.name}-bundles"

    def elsewhere() -> None:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def documents() -> dict[str, Any]:
        names = [each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"].startswith(stage.name)]
        return {each: s3.get_bucket_location(Bucket=each)["LocationConstraint"] or "" for each in names}

    return World(
        CreateBucket(name, "us-east-1"),
        documents=documents,
        foreign=lambda: s3.create_bucket(Bucket=f"{stage.name}-theirs"),
        drift=elsewhere,
    )


def put_object(stage: Stage) -> World:
    s3 = stage.client("s3")
    s3.create_bucket(Bucket=stage.name)
    content = f"the bundle of {stage.name}".encode()
    source = stage.folder / f"{stage.name}.zip"
    source.write_bytes(content)
    key = "orders/bundle.zip"

    def documents() -> dict[str, Any]:
        listed = s3.list_objects_v2(Bucket=stage.name).get("Contents", [])
        return {each["Key"]: s3.get_object(Bucket=stage.name, Key=each["Key"])["Body"].read() for each in listed}

    return World(
        PutObject(stage.name, key, hashlib.sha256(content).hexdigest(), str(source)),
        documents=documents,
        foreign=lambda: s3.put_object(Bucket=stage.name, Key="orders/theirs.zip", Body=b"theirs"),
        drift=lambda: s3.put_object(Bucket=stage.name, Key=key, Body=b"theirs", ChecksumAlgorithm="SHA256"),
    )


def attach_role_policy(stage: Stage) -> World:
    iam = stage.client("iam")
    stage.role("service", "ec2.amazonaws.com")
    role = f"{stage.name}-service"

    def documents() -> dict[str, Any]:
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        return {each["PolicyArn"]: {"attached": True} for each in attached}

    return World(
        AttachRolePolicy(role, MANAGED),
        documents=documents,
        foreign=lambda: iam.attach_role_policy(RoleName=role, PolicyArn=THEIRS),
    )


def put_user_policy(stage: Stage) -> World:
    iam = stage.client("iam")
    iam.create_user(UserName=stage.name)

    def put(name: str, document: Any) -> None:
        iam.put_user_policy(UserName=stage.name, PolicyName=name, PolicyDocument=json.dumps(document))

    def documents() -> dict[str, Any]:
        names = iam.list_user_policies(UserName=stage.name)["PolicyNames"]
        return {
            name: iam.get_user_policy(UserName=stage.name, PolicyName=name)["PolicyDocument"]["Statement"][0]
            for name in names
        }

    theirs = {**DENIAL, "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    return World(
        PutUserPolicy(stage.name, "lambda-migrate-freeze", DENIAL),
        documents=documents,
        foreign=lambda: put("theirs", theirs),
        drift=lambda: put("lambda-migrate-freeze", theirs),
    )


def _profiles(stage: Stage) -> dict[str, Any]:
    listed = stage.client("iam").list_instance_profiles()["InstanceProfiles"]
    return {
        each["InstanceProfileName"]: {role["RoleName"]: True for role in each["Roles"]} or {"empty": True}
        for each in listed
        if each["InstanceProfileName"].startswith(stage.name)
    }


def create_instance_profile(stage: Stage) -> World:
    iam = stage.client("iam")
    return World(
        CreateInstanceProfile(f"{stage.name}-service"),
        documents=lambda: _profiles(stage),
        foreign=lambda: iam.create_instance_profile(InstanceProfileName=f"{stage.name}-theirs"),
    )


def create_service_linked_role(stage: Stage) -> World:
    iam = stage.client("iam")

    def documents() -> dict[str, Any]:
        names = [each["RoleName"] for each in iam.list_roles()["Roles"]]
        return {name: {"there": True} for name in names if stage.name in name.lower()}

    return World(
        CreateServiceLinkedRole(f"AWSServiceRoleFor{stage.name.capitalize()}", f"{stage.name}.amazonaws.com"),
        documents=documents,
        foreign=lambda: iam.create_service_linked_role(AWSServiceName=f"{stage.name}2.amazonaws.com"),
    )


def add_profile_role(stage: Stage) -> World:
    iam = stage.client("iam")
    name = f"{stage.name}-service"
    for suffix in ("service", "theirs"):
        stage.role(suffix, "ec2.amazonaws.com")
    iam.create_instance_profile(InstanceProfileName=name)

    def add(profile: str) -> None:
        iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=f"{stage.name}-theirs")

    return World(
        AddProfileRole(name, name),
        documents=lambda: _profiles(stage),
        foreign=lambda: iam.create_instance_profile(InstanceProfileName=f"{stage.name}-theirs"),
        drift=lambda: add(name),
    )


def _beanstalk(stage: Stage) -> Beanstalk:
    beanstalk = Beanstalk()
    beanstalk.attach(stage.aws)
    return beanstalk


def create_application(stage: Stage) -> World:
    beanstalk = _beanstalk(stage)
    return World(
        CreateApplication("orders"),
        documents=beanstalk.documents,
        foreign=lambda: beanstalk.elasticbeanstalk_CreateApplication("theirs", "theirs"),
    )


def _version(beanstalk: Beanstalk, label: str, key: str = "orders/bundle.zip") -> None:
    bundle = {"S3Bucket": "bundles", "S3Key": key}
    beanstalk.elasticbeanstalk_CreateApplicationVersion("orders", label, bundle, Process=True)


def create_application_version(stage: Stage) -> World:
    beanstalk = _beanstalk(stage)
    beanstalk.elasticbeanstalk_CreateApplication("orders", "")
    return World(
        CreateApplicationVersion("orders", "orders-1", "bundles", "orders/bundle.zip"),
        documents=beanstalk.documents,
        foreign=lambda: _version(beanstalk, "theirs"),
        drift=lambda: _version(beanstalk, "orders-1", "theirs.zip"),
    )


def _environment(beanstalk: Beanstalk, name: str, label: str) -> None:
    beanstalk.elasticbeanstalk_CreateEnvironment("orders", name, label, STACKS[1], [])
    beanstalk.documents()


def _versions(stage: Stage) -> Beanstalk:
    beanstalk = _beanstalk(stage)
    beanstalk.elasticbeanstalk_CreateApplication("orders", "")
    for label in ("orders-1", "orders-2", "theirs"):
        _version(beanstalk, label)
    return beanstalk


def create_environment(stage: Stage) -> World:
    beanstalk = _versions(stage)
    options = [["aws:autoscaling:asg", "MinSize", "2"]]
    return World(
        CreateEnvironment("orders", "orders-service", "orders-1", STACKS[1], options),
        documents=beanstalk.documents,
        foreign=lambda: _environment(beanstalk, "theirs", "theirs"),
        drift=lambda: _environment(beanstalk, "orders-service", "theirs"),
    )


def point_environment(stage: Stage) -> World:
    beanstalk = _versions(stage)
    _environment(beanstalk, "orders-service", "orders-1")

    def deploy() -> None:
        beanstalk.elasticbeanstalk_UpdateEnvironment("orders-service", "theirs")
        beanstalk.documents()

    return World(
        PointEnvironment("orders", "orders-service", "orders-1", "orders-2"),
        documents=beanstalk.documents,
        foreign=lambda: _environment(beanstalk, "theirs", "theirs"),
        drift=deploy,
    )


def build_image(stage: Stage) -> World:
    builds = Builds()
    builds.attach(stage.aws)
    return World(
        BuildImage("lambda-migrate-orders-image", "orders", "3f2a", "bundles", "orders/bundle.zip"),
        documents=lambda: dict(builds.images),
        foreign=lambda: builds.images.update(theirs="theirs"),
    )


def _stack(stage: Stage, *, before: bool) -> World:
    cloudformation, s3 = stage.client("cloudformation"), stage.client("s3")
    bucket = stage.name
    s3.create_bucket(Bucket=bucket)

    def side(number: int) -> dict[str, Any]:
        resources = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}}
        template = {"Description": str(number), "Parameters": {"Name": {"Type": "String"}}, "Resources": resources}
        content = json.dumps(template).encode()
        key = f"{number}.yaml"
        s3.put_object(Bucket=bucket, Key=key, Body=content)
        url = f"https://s3.us-east-1.amazonaws.com/{bucket}/{key}"
        name = f"{stage.name}-{number}"
        return {"template": url, "sha256": hashlib.sha256(content).hexdigest(), "parameters": {"Name": name}}

    def documents() -> dict[str, Any]:
        found = {}
        for each in cloudformation.describe_stacks()["Stacks"]:
            if each["StackName"].startswith(stage.name) and each["StackStatus"] != "DELETE_COMPLETE":
                tags = {tag["Key"]: tag["Value"] for tag in each.get("Tags", [])}
                parameters = {one["ParameterKey"]: one["ParameterValue"] for one in each.get("Parameters", [])}
                found[each["StackName"]] = {"there": True, "tags": tags, "parameters": parameters}
        return found

    def theirs(name: str) -> None:
        body = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(body))
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
        )

    def edited() -> None:
        tags = [{"Key": "lambda-migrate", "Value": "something else"}]
        body = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
        cloudformation.update_stack(StackName=stage.name, TemplateBody=json.dumps(body), Tags=tags)
        cloudformation.get_waiter("stack_update_complete").wait(
            StackName=stage.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
        )

    first = side(1) if before else None
    if first:
        PutStack(stage.name, None, first).apply(stage.aws)
    return World(
        PutStack(stage.name, first, side(2)),
        documents=documents,
        foreign=lambda: theirs(f"{stage.name}-theirs"),
        drift=edited if before else lambda: theirs(stage.name),
    )


def put_stack(stage: Stage) -> World:
    return _stack(stage, before=False)


def put_stack_in_place_of_another(stage: Stage) -> World:
    return _stack(stage, before=True)


WORLDS: dict[str, Callable[[Stage], World]] = {
    "create_bucket": create_bucket,
    "put_object": put_object,
    "attach_role_policy": attach_role_policy,
    "put_user_policy": put_user_policy,
    "create_instance_profile": create_instance_profile,
    "add_profile_role": add_profile_role,
    "create_service_linked_role": create_service_linked_role,
    "create_application": create_application,
    "create_application_version": create_application_version,
    "create_environment": create_environment,
    "point_environment": point_environment,
    "build_image": build_image,
    "put_stack": put_stack,
    "put_stack/update": put_stack_in_place_of_another,
}
