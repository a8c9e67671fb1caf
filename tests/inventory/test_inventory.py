"""What an inventory holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import AwsError, ConfigError, NotAllowed, NotFound
from lambda_migrate.function.versions import original
from lambda_migrate.inventory import Inventory
from lambda_migrate.triggers import function_url
from tests.inventory.fake_aws import FUNCTION, FakeAws, configuration, statement
from tests.inventory.world import build

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from tests.inventory.taking import fake, take


@pytest.mark.sandbox
def test_everything_that_can_invoke_the_function_is_found(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str]
) -> None:
    world = build(client, make_function())

    found = inventory.take(aws, world.name, alias="live")

    assert [(each.kind, each.id, each.name, each.qualifier, each.enabled) for each in found.triggers] == [
        ("http_api", f"{world.api}/{world.integration}", f"{world.name}-api", "", True),
        ("sns", world.subscription, f"{world.name}-topic", "", True),
        ("eventbridge", f"default/{world.name}-rule/function", f"{world.name}-rule", "", True),
        ("sqs", world.mapping, f"{world.name}-queue", "", True),
    ]
    assert [statement["Sid"] for statement in found.function.qualified[""].policy] == ["http", "sns", "events"]
    assert found.function.qualified[""].event_invoke == {
        "MaximumRetryAttempts": 1,
        "MaximumEventAgeInSeconds": 21600,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
    }
    assert (found.unexplained, found.warnings) == ((), ())


@pytest.mark.sandbox
def test_versions_aliases_and_weights_are_found(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function(Environment={"Variables": {"PASSWORD": "hunter2"}})
    lambdas = client("lambda")
    lambdas.publish_version(FunctionName=unique, Description="lambda-migrate original 0123")
    lambdas.update_function_configuration(FunctionName=unique, Timeout=11)
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=unique, WaiterConfig={"Delay": 0.05})
    lambdas.publish_version(FunctionName=unique, Description="lambda-migrate proxy non-api 0123456789abcdef")
    lambdas.create_alias(
        FunctionName=unique,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )

    function = inventory.take(aws, unique, alias="live").function

    assert [(each.number, each.proxy_events) for each in function.versions] == [("1", ""), ("2", "non-api")]
    assert [(each.name, each.version, each.weights) for each in function.aliases] == [("live", "1", {"2": 0.25})]
    first, second = function.versions
    assert first.configuration_sha256 != second.configuration_sha256 == function.configuration_sha256
    assert set(function.qualified) == {"", "live"}
    assert "hunter2" not in json.dumps(inventory.take(aws, unique, alias="live").to_dict())


PAGED = (
    "lambda:ListFunctions",
    "lambda:ListFunctionEventInvokeConfigs",
    "iam:GetAccountAuthorizationDetails",
)
"""Listings of the account, in which stands what other tests have made in it too: one page or more."""

THEIRS = ("scheduler:GetSchedule", "stepfunctions:")
"""Looks at schedules and state machines, of which this world has none: those of other tests in the account."""


@pytest.mark.sandbox
def test_the_number_of_calls_does_not_grow_with_the_account(
    embedded_aws: EmbeddedAws,
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
) -> None:
    world = build(client, make_function())

    def calls() -> list[str]:
        made: list[str] = []
        session = Aws(
            region=embedded_aws.region, endpoint_url=embedded_aws.endpoint_url, read_only=True, log=made.append
        )
        inventory.take(session, world.name, alias="live")
        mine = [call for call in made if not call.startswith(THEIRS)]
        return sorted(call for place, call in enumerate(mine) if call not in PAGED or call not in mine[:place])

    before = calls()
    for number in range(12):
        name = f"{unique}-other{number}"
        other = make_function(FunctionName=name) if number < 2 else f"{world.arn}-other{number}"
        topic = client("sns").create_topic(Name=name)["TopicArn"]
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=world.queue)
        client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")
        client("events").put_targets(Rule=name, Targets=[{"Id": "1", "Arn": other}])
        client("apigatewayv2").create_api(Name=name, ProtocolType="HTTP")
        client("sqs").create_queue(QueueName=name)

    assert calls() == before
    assert len(before) == 33, "\n".join(before)


@pytest.mark.sandbox
def test_it_survives_json_and_keeps_its_fingerprint(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str]
) -> None:
    world = build(client, make_function())
    client("lambda").publish_version(FunctionName=world.name)
    client("lambda").create_alias(FunctionName=world.name, Name="live", FunctionVersion="1")
    found = inventory.take(aws, world.name, alias="live")

    again = Inventory.from_dict(json.loads(json.dumps(found.to_dict())))

    assert again == found
    assert again.fingerprint == found.fingerprint
    assert inventory.take(aws, world.arn, alias="live").fingerprint == found.fingerprint


def test_the_fingerprint_ignores_dates_states_and_runtime_patches() -> None:
    patched = {
        "LastModified": "2027-01-01T00:00:00.000+0000",
        "RevisionId": "another",
        "LastUpdateStatus": "InProgress",
        "RuntimeVersionConfig": {"RuntimeVersionArn": "arn:aws:lambda:eu-west-1::runtime:1"},
    }

    assert take(fake(**patched)).fingerprint == take(fake()).fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"Timeout": 31},
        {"CodeSha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFA="},
        {"Environment": {"Variables": {"TABLE": "orders", "PASSWORD": "hunter3"}}},
        {"Layers": [{"Arn": "arn:aws:lambda:eu-west-1:1:layer:x:1", "CodeSize": 5}]},
        {"LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/aws/lambda/orders"}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_fingerprint_moves_with_everything_that_decides_how_it_runs(changed: dict[str, Any]) -> None:
    assert take(fake(**changed)).fingerprint != take(fake()).fingerprint


def test_the_fingerprint_moves_with_a_permission() -> None:
    granted = fake(statement("uploads", "s3.amazonaws.com", "arn:aws:s3:::uploads"))

    assert take(granted).fingerprint != take(fake()).fingerprint


def test_what_cannot_be_read_is_unknown_and_not_clean() -> None:
    aws = fake()
    aws.answers["lambda:get_function_code_signing_config"] = AwsError("lambda:GetFunctionCodeSigningConfig failed")
    aws.answers["lambda:get_runtime_management_config"] = NotAllowed("lambda:GetRuntimeManagementConfig is not allowed")
    aws.answers["lambda:list_function_url_configs"] = NotAllowed("lambda:ListFunctionUrlConfigs is not allowed")

    found = take(aws)
    assert found.unread == ("code signing", "runtime updates", "function URLs")
    assert found.warnings == (
        "unknown: code signing could not be read (lambda:GetFunctionCodeSigningConfig failed)",
        "unknown: runtime updates could not be read (lambda:GetRuntimeManagementConfig is not allowed)",
        "unknown: function URLs could not be read (lambda:ListFunctionUrlConfigs is not allowed)",
    )


def test_a_policy_that_may_not_be_read_stops_the_inventory() -> None:
    aws = fake()
    aws.answers["lambda:get_policy"] = NotAllowed("lambda:GetPolicy is not allowed")

    with pytest.raises(NotAllowed, match="lambda:GetPolicy is not allowed"):
        take(aws)


def test_an_environment_that_cannot_be_decrypted_is_not_taken_for_an_empty_one() -> None:
    aws = fake(Environment={"Error": {"ErrorCode": "AccessDeniedException", "Message": "KMS"}})

    with pytest.raises(NotAllowed, match="the environment of `orders` cannot be read: AccessDeniedException"):
        take(aws)


def test_a_function_that_does_not_exist_is_named_with_the_region() -> None:
    with pytest.raises(NotFound) as error:
        take(FakeAws())

    assert error.value.message == "function `orders` does not exist in eu-west-1"
    assert error.value.hint.startswith("check the name, `--region` and `--profile`")


def test_the_stack_that_owns_the_function_and_a_switched_off_function_are_said() -> None:
    aws = fake()
    aws.answers["lambda:get_function"] |= {
        "Tags": {"aws:cloudformation:stack-name": "orders-prod"},
        "Concurrency": {"ReservedConcurrentExecutions": 0},
    }

    found = take(aws)

    assert found.function.tags == {"aws:cloudformation:stack-name": "orders-prod"}
    assert found.warnings == (
        "CloudFormation stack `orders-prod` owns the function: its next deployment may undo what is changed here",
        "reserved concurrency is 0: the function is switched off",
    )


def test_a_version_is_no_function() -> None:
    with pytest.raises(ConfigError, match="`orders` names a version or an alias"):
        take(fake(Version="7"))


def test_a_permission_that_nothing_uses_is_said() -> None:
    aws = fake(statement("gone", "sns.amazonaws.com", "arn:aws:sns:eu-west-1:123456789012:deleted"))

    found = take(aws)

    assert found.triggers == ()
    assert found.warnings == (
        "permission `gone` is not used: `arn:aws:sns:eu-west-1:123456789012:deleted` invokes nothing here",
    )


def test_function_urls_belong_to_their_qualifier_and_explain_the_public_permission() -> None:
    public = statement("url", "*", StringEquals={"lambda:FunctionUrlAuthType": "NONE"})
    aws = fake(public | {"Action": "lambda:InvokeFunctionUrl"})
    aws.answers["lambda:list_function_url_configs"] = {
        "FunctionUrlConfigs": [
            {"FunctionArn": FUNCTION, "FunctionUrl": "https://abc.lambda-url.eu-west-1.on.aws/", "AuthType": "NONE"}
        ]
    }
    aws.answers["cloudfront:list_distributions"] = {"DistributionList": {}}

    found = take(aws)

    assert [(each.kind, each.id, each.qualifier, each.settings) for each in found.triggers] == [
        ("function_url", "https://abc.lambda-url.eu-west-1.on.aws/", "", function_url.Settings(auth="NONE"))
    ]
    assert found.unexplained == ()


def test_a_version_that_a_listing_shows_otherwise_is_read_as_latest_is() -> None:
    """Lambda would publish nothing where it is the same to it, and the original would never be found."""
    listed = configuration(Version="1", LoggingConfig={"LogFormat": "Text"})
    aws = fake()
    aws.answers["lambda:list_versions_by_function"] = {"Versions": [listed]}
    aws.answers["lambda:get_function_configuration"] = lambda **named: configuration(Version=named["Qualifier"])

    found = take(aws).function

    assert original(found) == found.version("1")
    assert aws.calls.count("lambda:get_function_configuration") == 1


def test_one_that_is_another_stays_another() -> None:
    aws = fake()
    aws.answers["lambda:list_versions_by_function"] = {"Versions": [configuration(Version="1", Timeout=7)]}
    aws.answers["lambda:get_function_configuration"] = configuration(Version="1", Timeout=7)

    assert original(take(aws).function) is None


@pytest.mark.sandbox
def test_what_invokes_a_numbered_version_is_found(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    arn = make_function()
    for description in ("first", "second"):
        client("lambda").update_function_configuration(FunctionName=unique, Description=description)
        client("lambda").get_waiter("function_updated_v2").wait(FunctionName=unique, WaiterConfig={"Delay": 0.05})
        client("lambda").publish_version(FunctionName=unique)
    first = f"{arn}:1"
    topic = client("sns").create_topic(Name=unique)["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=first)
    rule = client("events").put_rule(Name=unique, ScheduleExpression="rate(1 day)")["RuleArn"]
    client("events").put_targets(Rule=unique, Targets=[{"Id": "1", "Arn": first}])
    url = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    queue = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("lambda").create_event_source_mapping(EventSourceArn=queue, FunctionName=first)
    for service, source in (("sns", topic), ("events", rule), ("s3", f"arn:aws:s3:::{unique}")):
        client("lambda").add_permission(
            FunctionName=unique,
            Qualifier="1",
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            SourceArn=source,
        )
    client("s3").create_bucket(Bucket=unique)
    notified = {"LambdaFunctionArn": first, "Events": ["s3:ObjectCreated:*"]}
    client("s3").put_bucket_notification_configuration(
        Bucket=unique, NotificationConfiguration={"LambdaFunctionConfigurations": [notified]}
    )

    found = inventory.take(aws, unique, alias="live")

    assert [(each.kind, each.name, each.qualifier) for each in found.triggers] == [
        ("sns", unique, "1"),
        ("eventbridge", unique, "1"),
        ("s3", unique, "1"),
        ("sqs", unique, "1"),
    ]
    assert set(found.function.qualified) == {"", "1"}
