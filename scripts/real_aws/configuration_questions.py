"""Questions about what AWS takes, and what it makes of it: settings, permissions, runtimes, builds, trails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scripts.real_aws.world import World, first_true, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILDSPEC = "version: 0.2\nphases: {build: {commands: [echo from the project]}}\n"


def async_destinations(world: World) -> Iterator[str]:
    """GetFunctionEventInvokeConfig shows destinations that are not set as {}: does a write accept them like that?"""
    lambdas, which = world.client("lambda"), {"FunctionName": world.name, "Qualifier": "live"}
    world.later(lambdas.delete_function_event_invoke_config, **which)
    shown = lambdas.put_function_event_invoke_config(**which, MaximumRetryAttempts=1).get("DestinationConfig")
    yield f"destinations that nobody set are shown as {shown}"
    given: dict[str, Any] = {"OnSuccess": {}, "OnFailure": {}}
    yield f"the same sent: {refusal(lambdas.put_function_event_invoke_config, **which, DestinationConfig=given)}"


def deleted_principal(world: World) -> Iterator[str]:
    """What is left in a policy of a role that is gone, and can it be granted to another qualifier?"""
    lambdas, iam, name = world.client("lambda"), world.client("iam"), f"{world.name}-gone"
    arn = world.role("lambda.amazonaws.com", (), name)
    grant = {"FunctionName": world.name, "StatementId": "gone", "Action": "lambda:InvokeFunction"}

    def granted() -> bool:
        return refusal(lambdas.add_permission, **grant, Principal=arn) == "accepted"

    first_true(granted, seconds=60, pause=5)  # IAM has to spread the role
    world.later(lambdas.remove_permission, FunctionName=world.name, StatementId="gone")
    iam.delete_role(RoleName=name)

    def left() -> str:
        policy = json.loads(lambdas.get_policy(FunctionName=world.name)["Policy"])
        return str(next(each["Principal"] for each in policy["Statement"] if each["Sid"] == "gone"))

    first_true(lambda: arn not in left(), seconds=45 * world.patience, pause=3 * world.patience)
    yield f"what is left of it: {left()}"
    principal = left().rpartition("'AWS': '")[2].rstrip("'}") or arn
    copied = {**grant, "StatementId": "copy", "Qualifier": "live", "Principal": principal}
    said = refusal(lambdas.add_permission, **copied)
    if said == "accepted":
        world.later(lambdas.remove_permission, FunctionName=world.name, StatementId="copy", Qualifier="live")
    yield f"granted to the alias: {said}"


def connection_key(world: World) -> Iterator[str]:
    """Does EventBridge take a key with a colon in it?"""
    events = world.client("events")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "id:secret"}}
    wanted = {"Name": world.name, "AuthorizationType": "API_KEY", "AuthParameters": key}
    said = refusal(events.create_connection, **wanted)
    if said == "accepted":
        world.later(events.delete_connection, Name=world.name)
    yield f"a key with a colon: {said}"


def runtime_updates(world: World) -> Iterator[str]:
    """Which runtime has a version that is published while updates are on FunctionUpdate, or Manual?"""
    lambdas = world.client("lambda")

    def runtime(qualifier: str) -> str:
        found = lambdas.get_function_configuration(FunctionName=world.name, Qualifier=qualifier)
        return str((found.get("RuntimeVersionConfig") or {}).get("RuntimeVersionArn", "")).rpartition(":")[2][:12]

    def mode(qualifier: str) -> str:
        found = lambdas.get_runtime_management_config(FunctionName=world.name, Qualifier=qualifier)
        return str(found["UpdateRuntimeOn"])

    before = runtime("$LATEST")
    pinned = lambdas.get_function_configuration(FunctionName=world.name)["RuntimeVersionConfig"]["RuntimeVersionArn"]
    for chosen in ({"UpdateRuntimeOn": "FunctionUpdate"}, {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": pinned}):
        lambdas.put_runtime_management_config(FunctionName=world.name, **chosen)
        number = world.publish(f"under {chosen['UpdateRuntimeOn']}")
        yield (
            f"{chosen['UpdateRuntimeOn']}: $LATEST had {before}, has {runtime('$LATEST')};"
            f" version {number} has {runtime(number)}, its updates are {mode(number)}"
        )
    lambdas.put_runtime_management_config(FunctionName=world.name, UpdateRuntimeOn="Auto")


def build_source(world: World) -> Iterator[str]:
    """Does a build of a project without a source keep the project's buildspec where S3 is named as the source?"""
    builds = world.client("codebuild")
    role = world.role("codebuild.amazonaws.com", (), f"{world.name}-build")
    environment = {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    }
    project = {
        "name": world.name,
        "source": {"type": "NO_SOURCE", "buildspec": BUILDSPEC},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": environment,
        "serviceRole": role,
    }
    first_true(lambda: refusal(builds.create_project, **project) == "accepted", seconds=60, pause=5)
    world.later(builds.delete_project, name=world.name)
    named = {"sourceTypeOverride": "S3", "sourceLocationOverride": f"{world.name}/bundle.zip"}
    token = world.name
    build = builds.start_build(projectName=world.name, **named, idempotencyToken=token)["build"]
    again = builds.start_build(projectName=world.name, **named, idempotencyToken=token)["build"]
    for each in {build["id"], again["id"]}:
        refusal(builds.stop_build, id=each)
    yield f"the buildspec stays the project's: {build['source'].get('buildspec') == BUILDSPEC}"
    yield f"StartBuild with the same token is the same build: {build['id'] == again['id']}"


def trail_names(world: World) -> Iterator[str]:
    """By which name does CloudTrail list what was done to a function?"""
    trail, lambdas = world.client("cloudtrail"), world.client("lambda")
    lambdas.update_function_configuration(FunctionName=world.name, Description="for CloudTrail")
    world.wait_until_updated()

    def listed(key: str, value: str) -> list[str]:
        asked = [{"AttributeKey": key, "AttributeValue": value}]
        found = trail.lookup_events(LookupAttributes=asked, MaxResults=50)["Events"]
        return sorted({each["EventName"] for each in found})

    def shown() -> bool:
        listings = [listed("ResourceName", world.name), listed("ResourceName", world.arn)]
        return all(any("UpdateFunctionConfiguration" in each for each in names) for names in listings)

    first_true(shown, seconds=900 * world.patience, pause=30 * world.patience)  # it shows a call within 15 minutes
    for key, value in (("ResourceName", world.name), ("ResourceName", world.arn), ("Username", world.name)):
        names = listed(key, value)
        yield f"{key}={'the ARN' if value == world.arn else 'the name'}: {', '.join(names) or 'nothing'}"


def deleted_version(world: World) -> Iterator[str]:
    """Which ARN does IAM look at where a version is deleted: may the policy of `proxy` name versions alone?"""
    for name, resource in (("versions", f"{world.arn}:*"), ("function", world.arn)):
        version = world.publish(f"to be deleted by {name}")
        lambdas = world.client("lambda", **world.acting_as(name, "lambda:DeleteFunction", resource))
        said = refusal(lambdas.delete_function, FunctionName=world.name, Qualifier=version)
        yield f"a version, by who may delete the {name} alone: {said.partition(':')[0]}"
