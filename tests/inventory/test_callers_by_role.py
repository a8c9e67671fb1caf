"""Callers that invoke by a role of their own, and leave no statement in the function's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from tests.inventory.callers import Callers, task

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.inventory import Inventory

pytestmark = pytest.mark.sandbox

INVOKE = "arn:aws:states:::lambda:invoke"
SDK = "arn:aws:states:::aws-sdk:lambda:invoke"


@pytest.fixture
def callers(client: Callable[[str], Any], unique: str) -> Callers:
    return Callers(client, unique)


def shown(found: Inventory, *kinds: str) -> list[tuple[str, str, str, str, bool]]:
    """Return what was found of these kinds: kind, name, qualifier, how, and whether it delivers."""
    return [
        (each.kind, each.name.replace(found.function.name, "FN"), each.qualifier, each.settings.detail, each.enabled)
        for each in found.triggers
        if each.kind in kinds
    ]


def test_schedules_name_the_function_as_their_target_or_in_the_input_of_a_universal_one(
    aws: Aws, callers: Callers, make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    role = callers.role("scheduler.amazonaws.com", arn)
    first = callers.schedule("nightly", f"{arn}:live", role)
    callers.schedule("off", arn, role, state="DISABLED")
    universal = "arn:aws:scheduler:::aws-sdk:lambda:invoke"
    callers.schedule("universal", universal, role, given={"FunctionName": unique, "Qualifier": "7"})
    callers.schedule("partial", universal, role, given={"FunctionName": f"function:{unique}:8"})
    callers.schedule("theirs", universal, role, given={"FunctionName": f"{unique}-other"})
    callers.schedule("guard", "arn:aws:scheduler:::aws-sdk:lambda:updateAlias", role, given={"FunctionName": unique})

    found = inventory.take(aws, unique, alias="live")

    assert shown(found, "scheduler", "unknown") == [
        ("scheduler", "default/FN-nightly", "live", "", True),
        ("scheduler", "default/FN-off", "", "", False),
        ("scheduler", "default/FN-partial", "8", "by the universal target lambda:invoke", True),
        ("scheduler", "default/FN-universal", "7", "by the universal target lambda:invoke", True),
    ]
    assert found.triggers[0].settings.source == first


def test_state_machines_name_the_function_in_every_way_that_their_language_has(
    aws: Aws, callers: Callers, make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    role = callers.role("states.amazonaws.com", f"{arn}*", managed=True)
    inner = {
        "StartAt": "Deep",
        "States": {"Deep": {**task(INVOKE, Parameters={"FunctionName": f"{arn}:9"}), "End": True}},
    }
    machine = callers.machine(
        "all",
        role,
        task(arn),
        task(f"{arn}:live"),
        task(INVOKE, Parameters={"FunctionName": unique, "Payload": {}}),
        task(f"{INVOKE}.waitForTaskToken", Parameters={"FunctionName": unique, "Qualifier": "7"}),
        task(SDK, Arguments={"FunctionName": f"function:{unique}:8"}),
        task(INVOKE, Parameters={"FunctionName.$": f"States.Format('{arn}:{{}}', $.which)"}),
        task(INVOKE, Arguments={"FunctionName": f"{{% $exists(x) ? '{unique}' : 'other' %}}"}),
        {"Type": "Map", "ItemProcessor": inner},
        {"Type": "Parallel", "Branches": [inner]},
        task(f"{arn}-other"),
        task("arn:aws:states:::sqs:sendMessage", Parameters={"MessageBody": arn}),
    )

    found = inventory.take(aws, unique, alias="live")

    assert shown(found, "step_functions", "unknown") == [
        ("step_functions", "FN-all", "", "states S0, S2, S5, S6", True),
        ("step_functions", "FN-all", "7", "state S3", True),
        ("step_functions", "FN-all", "8", "state S4", True),
        ("step_functions", "FN-all", "9", "state Deep", True),
        ("step_functions", "FN-all", "live", "state S1", True),
    ]
    assert {each.settings.source for each in found.triggers} == {machine}


def test_a_state_machine_that_takes_the_function_from_its_input_is_unknown_where_its_role_may_invoke_it(
    aws: Aws, callers: Callers, make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    may = callers.role("states.amazonaws.com", arn)
    may_not = callers.role("states.amazonaws.com", f"{arn}-other", managed=True)
    for name, role in (("may", may), ("may-not", may_not)):
        callers.machine(name, role, task(INVOKE, Parameters={"FunctionName.$": "$.function"}))

    found = inventory.take(aws, unique, alias="live")

    reason = "state S0 takes the name of a function from its input, and its role may invoke this one"
    assert [(each.kind, each.name, each.settings.reason) for each in found.triggers] == [
        ("unknown", f"state machine {unique}-may", reason)
    ]


def test_a_published_version_of_a_state_machine_runs_its_own_definition(
    aws: Aws, callers: Callers, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    machine = callers.machine("old", callers.role("states.amazonaws.com", arn), task(f"{arn}:live"))
    client("stepfunctions").publish_state_machine_version(stateMachineArn=machine)
    now = '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
    client("stepfunctions").update_state_machine(stateMachineArn=machine, definition=now)

    found = inventory.take(aws, unique, alias="live")

    assert shown(found, "step_functions") == [("step_functions", "FN-old", "live", "state S0", True)]


def test_appsync_has_data_sources_that_invoke_by_role_and_authorizers_that_need_a_permission(
    aws: Aws, callers: Callers, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    role = callers.role("appsync.amazonaws.com", f"{arn}:live")
    api, _ = callers.graphql("shop", authenticationType="API_KEY")
    for name, function in (("orders", f"{arn}:live"), ("others", f"{arn}-other")):
        client("appsync").create_data_source(
            apiId=api,
            name=name,
            type="AWS_LAMBDA",
            serviceRoleArn=role,
            lambdaConfig={"lambdaFunctionArn": function},
        )

    found = inventory.take(aws, unique, alias="live")

    assert shown(found, "appsync", "appsync_authorizer") == [
        ("appsync", "FN-shop/orders", "live", "data source orders", True)
    ]


def test_other_functions_name_it_in_their_environment_or_in_the_policy_of_their_role(
    aws: Aws, callers: Callers, make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    may = callers.role("lambda.amazonaws.com", f"{arn}*")

    def other(name: str, role: str = f"arn:aws:iam::000000000000:role/{unique}", **variables: str) -> None:
        make_function(FunctionName=f"{unique}-{name}", Role=role, Environment={"Variables": variables})

    other("arn", TARGETS=f'{{"orders": "{arn}:live", "mail": "{arn}-mail"}}', PASSWORD="hunter2")
    other("name", may, ORDERS=unique, TABLE="x")
    other("policy", may)
    other("word", TABLE=unique)  # its role may not invoke: a table, for all that is known
    other("elsewhere", ORDERS=arn.replace("us-east-1", "eu-west-9").replace("eu-west-1", "eu-west-9"))

    found = inventory.take(aws, unique, alias="live")

    assert shown(found, "function") == [
        ("function", "FN-arn", "live", "named by its variable TARGETS", True),
        ("function", "FN-name", "", "named by its variable ORDERS", True),
        ("function", "FN-policy", "", f"named by the policy of its role {unique}-lambda-i", True),
    ]
    assert "hunter2" not in str(found.to_dict())


def test_destinations_of_other_functions_are_found_where_their_role_may_invoke(
    aws: Aws, callers: Callers, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    role = callers.role("lambda.amazonaws.com", f"{arn}*", action="lambda:*")
    sender = make_function(FunctionName=f"{unique}-sender", Role=role)
    client("lambda").publish_version(FunctionName=sender)
    client("lambda").create_alias(FunctionName=sender, Name="prod", FunctionVersion="1")
    client("lambda").put_function_event_invoke_config(
        FunctionName=sender,
        Qualifier="prod",
        DestinationConfig={"OnSuccess": {"Destination": f"{arn}:live"}, "OnFailure": {"Destination": f"{arn}-other"}},
    )
    client("lambda").put_function_event_invoke_config(
        FunctionName=sender, DestinationConfig={"OnFailure": {"Destination": arn}}
    )

    found = inventory.take(aws, unique, alias="live")

    assert shown(found, "destination", "function") == [
        ("destination", "FN-sender", "", "by OnFailure", True),
        ("destination", "FN-sender:prod", "live", "by OnSuccess", True),
        ("function", "FN-sender", "", f"named by the policy of its role {unique}-lambda-i", True),
    ]


def test_a_role_of_another_kind_that_names_the_function_is_told(
    aws: Aws, callers: Callers, make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    callers.role("ecs-tasks.amazonaws.com", arn)
    callers.role("ec2.amazonaws.com", "*")

    found = inventory.take(aws, unique, alias="live")

    text = f"role `{unique}-ecs-tasks-i` may invoke the function by its own policy"
    assert found.triggers == ()
    assert found.warnings == (f"{text}; who runs as it is not known",)
