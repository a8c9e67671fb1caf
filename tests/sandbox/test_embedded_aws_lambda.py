from __future__ import annotations

import io
import json
import threading
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lambda_migrate.sandbox.ministack.lambda_ import choose_version
from tests.sandbox.invoking import FAILS, invoke, publish_two_versions, total, wait_until_updated
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize(
    ("drawn", "version"), [(0.0, "2"), (0.29, "2"), (0.3, "3"), (0.39, "3"), (0.4, "1"), (0.999, "1")]
)
def test_an_alias_sends_to_each_version_its_share(drawn: float, version: str) -> None:
    alias = {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.3, "3": 0.1}}}

    assert choose_version(alias, lambda: drawn) == version
    assert choose_version({"FunctionVersion": "1"}, lambda: drawn) == "1"


def test_weights_are_met_and_the_answer_names_the_version(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function()
    publish_two_versions(client, unique)
    weights = {"AdditionalVersionWeights": {"2": 0.3}}
    client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=weights)

    versions: Counter[str] = Counter()
    for _ in range(200):
        answer = client("lambda").invoke(FunctionName=unique, Qualifier="live")
        document = json.load(answer["Payload"])
        assert answer["ExecutedVersion"] == document["version"]
        assert document["arn"].endswith(f":function:{unique}:live")
        versions[document["version"]] += 1

    assert versions.total() == 200
    assert 60 - 32 < versions["2"] < 60 + 32  # five standard deviations


def test_reading_an_alias_never_depends_on_its_weights(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    publish_two_versions(client, unique)
    weights = {"AdditionalVersionWeights": {"2": 1.0}}
    client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=weights)

    read = client("lambda").get_function_configuration(FunctionName=unique, Qualifier="live")

    assert (read["Version"], read["FunctionArn"]) == ("1", f"{arn}:live")


def test_an_exception_is_named_and_does_not_end_the_environment(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function("import os\ndef handler(event, context): raise LookupError(os.getpid())\n")

    first, second = invoke(client, unique), invoke(client, unique)

    assert first == second
    assert first["errorType"] == "LookupError"
    assert first["errorMessage"].isdigit()


def test_a_failed_asynchronous_event_is_retried_under_one_id_and_dead_lettered_as_it_was(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    url = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    read = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    make_function(FAILS, DeadLetterConfig={"TargetArn": read["Attributes"]["QueueArn"]})
    client("lambda").put_function_event_invoke_config(FunctionName=unique, MaximumRetryAttempts=1)

    invoke_asynchronously(client, unique)

    messages = eventually(lambda: client("sqs").receive_message(QueueUrl=url).get("Messages"), 20)
    assert [json.loads(message["Body"]) for message in messages] == [{"what": "luck"}]
    lines = logged(client, unique)
    assert len(lines) == 2
    assert len({line.split()[1] for line in lines}) == 1
    assert total(client, "AWS/Lambda", "Errors", {"FunctionName": unique}) == 2


def invoke_asynchronously(client: Callable[[str], Any], name: str, **options: Any) -> None:
    payload = json.dumps({"what": "luck"})
    client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload, **options)


def logged(client: Callable[[str], Any], name: str) -> list[str]:
    pages = client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}")
    return [event["message"] for page in pages for event in page["events"] if event["message"].startswith("attempt ")]


def test_asynchronous_settings_are_those_of_the_qualifier(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    url = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    read = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    make_function(FAILS)
    client("lambda").publish_version(FunctionName=unique)
    client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    client("lambda").put_function_event_invoke_config(
        FunctionName=unique,
        Qualifier="live",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": read["Attributes"]["QueueArn"]}},
    )

    invoke_asynchronously(client, unique, Qualifier="live")

    (message,) = eventually(lambda: client("sqs").receive_message(QueueUrl=url).get("Messages"))
    record = json.loads(message["Body"])
    assert record["requestPayload"] == {"what": "luck"}
    assert record["responsePayload"]["errorType"] == "LookupError"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client("lambda").get_function_event_invoke_config(FunctionName=unique)


def test_each_qualifier_has_a_policy_of_its_own(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    functions = client("lambda")
    functions.publish_version(FunctionName=unique)
    functions.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    statement = {
        "StatementId": "topic",
        "Action": "lambda:InvokeFunction",
        "Principal": "sns.amazonaws.com",
        "SourceArn": "arn:aws:sns:us-east-1:000000000000:topic",
    }

    def resources(**qualifier: str) -> list[str]:
        policy = json.loads(functions.get_policy(FunctionName=unique, **qualifier)["Policy"])
        return [one["Resource"] for one in policy["Statement"]]

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_policy(FunctionName=unique)
    functions.add_permission(FunctionName=unique, **statement)
    functions.add_permission(FunctionName=unique, Qualifier="live", **statement)
    with pytest.raises(ClientError, match="ResourceConflictException"):
        functions.add_permission(FunctionName=unique, Qualifier="live", **statement)
    assert (resources(), resources(Qualifier="live")) == ([arn], [f"{arn}:live"])

    functions.remove_permission(FunctionName=unique, StatementId="topic")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_policy(FunctionName=unique)
    assert resources(Qualifier="live") == [f"{arn}:live"]

    functions.delete_alias(FunctionName=unique, Name="live")
    functions.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_policy(FunctionName=unique, Qualifier="live")


def test_publishing_is_conditioned(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function()
    functions = client("lambda")
    found = functions.get_function_configuration(FunctionName=unique)

    with pytest.raises(ClientError, match="PreconditionFailedException"):
        functions.publish_version(FunctionName=unique, RevisionId="another")
    with pytest.raises(ClientError, match="InvalidParameterValueException"):
        functions.publish_version(FunctionName=unique, CodeSha256="another")
    functions.update_function_configuration(FunctionName=unique, Description="changed", RevisionId=found["RevisionId"])
    with pytest.raises(ClientError, match="ResourceConflictException"):
        functions.publish_version(FunctionName=unique)
    wait_until_updated(client, unique)
    with pytest.raises(ClientError, match="PreconditionFailedException"):
        functions.publish_version(FunctionName=unique, RevisionId=found["RevisionId"])
    changed = functions.get_function_configuration(FunctionName=unique)
    conditions = {"RevisionId": changed["RevisionId"], "CodeSha256": changed["CodeSha256"]}
    assert functions.publish_version(FunctionName=unique, **conditions)["Version"] == "1"


def test_an_update_lets_events_in_progress_finish(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function("import time\ndef handler(event, context):\n  time.sleep(event['seconds'])\n  return 'done'\n")
    invoke(client, unique, {"seconds": 0})
    answers: list[str] = []
    slow = threading.Thread(target=lambda: answers.append(invoke(client, unique, {"seconds": 1})))
    slow.start()

    client("lambda").update_function_configuration(FunctionName=unique, Environment={"Variables": {"NEW": "1"}})
    wait_until_updated(client, unique)

    slow.join()
    assert answers == ["done"]
    assert invoke(client, unique, {"seconds": 0}) == "done"


def test_a_layer_and_a_handler_override_leave_the_code_as_it_was(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function()
    functions = client("lambda")
    before = functions.get_function_configuration(FunctionName=unique)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as layer:
        layer.writestr(
            "python/wrapper.py",
            "import importlib, os\n"
            "def handler(event, context):\n"
            "    module, name = os.environ['WRAPPED'].rsplit('.', 1)\n"
            "    return {'wrapped': getattr(importlib.import_module(module), name)(event, context)['event']}\n",
        )
    layer_arn = functions.publish_layer_version(LayerName=unique, Content={"ZipFile": archive.getvalue()})[
        "LayerVersionArn"
    ]

    functions.update_function_configuration(
        FunctionName=unique,
        Layers=[layer_arn],
        Handler="wrapper.handler",
        Environment={"Variables": {"WRAPPED": before["Handler"]}},
        RevisionId=before["RevisionId"],
    )
    wait_until_updated(client, unique)
    version = functions.publish_version(FunctionName=unique)
    functions.update_function_configuration(
        FunctionName=unique, Layers=[], Handler=before["Handler"], Environment={"Variables": {}}
    )
    wait_until_updated(client, unique)

    assert invoke(client, unique, {"a": 1}, Qualifier=version["Version"]) == {"wrapped": {"a": 1}}
    assert invoke(client, unique, {"a": 1})["event"] == {"a": 1}
    assert version["CodeSha256"] == before["CodeSha256"]


def test_provisioned_concurrency_of_every_qualifier_is_listed(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    lambdas = client("lambda")
    lambdas.publish_version(FunctionName=unique)
    lambdas.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    for qualifier, number in (("live", 3), ("1", 5)):
        lambdas.put_provisioned_concurrency_config(
            FunctionName=unique, Qualifier=qualifier, ProvisionedConcurrentExecutions=number
        )

    listed = lambdas.list_provisioned_concurrency_configs(FunctionName=unique)["ProvisionedConcurrencyConfigs"]

    assert {each["FunctionArn"]: each["RequestedProvisionedConcurrentExecutions"] for each in listed} == {
        f"{arn}:live": 3,
        f"{arn}:1": 5,
    }
