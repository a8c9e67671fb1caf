"""An account that is less kind than an emulator: lost keys, policies of others, bounded roles, a closed network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.sandbox.ministack.environments import VPC
from lambda_migrate.sandbox.unkindness import KIND, Unkindness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.cli.migration import Migration
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"
WHERE_IT_WAS = {"http_api": "", "sns": "", "eventbridge": "", "sqs": ""}


@pytest.fixture
def unkind(embedded_aws: EmbeddedAws) -> Iterator[Callable[..., None]]:
    """Make the sandbox unkind for the time of a test."""
    yield lambda **settings: embedded_aws.be(Unkindness(**settings))
    embedded_aws.be(KIND)


def configured(migration: Migration, old: str, new: str) -> None:
    file = migration.folder / "migration.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_lost_key_of_an_old_version_is_in_nobody_s_way(
    user: User, client: Callable[[str], Any], unkind: Callable[..., None]
) -> None:
    lambdas = client("lambda")
    lambdas.publish_version(FunctionName=user.function, Description="of last year")
    lambdas.update_function_configuration(FunctionName=user.function, Timeout=17)
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=user.function, WaiterConfig={"Delay": 0.05})
    unkind(keys_lost=1)

    answers = [user("inspect"), user("proxy", "deploy", "--yes"), user("rollback", "--yes")]

    assert [answer.code for answer in answers] == [0, 0, 0], answers


def test_what_add_permission_did_not_write_is_a_gate_and_moves_nothing(
    migration: Migration, unkind: Callable[..., None]
) -> None:
    unkind(foreign_statements=True)

    looked = migration.run("inspect")
    answer = migration.run("cutover", "--yes", "--json")

    assert (looked.code, answer.code, "permission-not-copyable" in answer.out) == (0, 3, True), answer
    assert WHERE_IT_WAS.items() <= migration.qualifiers().items()


def test_a_queue_that_lambda_would_refuse_is_told_before_anything_moves(
    migration: Migration, client: Callable[[str], Any], unkind: Callable[..., None]
) -> None:
    unkind(visibility_checked=True)
    url = client("sqs").get_queue_url(QueueName=f"{migration.world.name}-queue")["QueueUrl"]
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})

    refused = migration.run("cutover", "--yes", "--json")
    moved = migration.qualifiers()
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    allowed = migration.run("cutover", "--yes", "--json")

    (error,) = refused.json["errors"]
    assert (refused.code, "sqs-visibility" in error["message"], moved) == (3, True, WHERE_IT_WAS), refused
    assert (allowed.code, set(migration.qualifiers().values())) == (7, {"live"}), allowed


def test_the_guard_s_role_is_made_within_the_boundary(
    migration: Migration, client: Callable[[str], Any], unkind: Callable[..., None]
) -> None:
    unkind(roles_bounded=True)

    refused = migration.run("cutover", "--weights", "50", "--yes", "--json")
    assert migration.run("rollback", "--last", "--now", "--yes").code == 0
    configured(migration, "function:", f"permissions_boundary: {BOUNDARY}\nfunction:")
    allowed = migration.run("cutover", "--weights", "50", "--yes", "--json")

    roles = client("iam").list_roles()["Roles"]
    (role,) = (each["RoleName"] for each in roles if migration.world.name in each["RoleName"])
    found = client("iam").get_role(RoleName=role)["Role"]
    assert (refused.code, "iam:CreateRole" in json.dumps(refused.json["errors"])) == (4, True), refused
    assert (allowed.code, found["PermissionsBoundary"]["PermissionsBoundaryArn"]) == (7, BOUNDARY), allowed


def test_a_service_inside_the_network_is_reached_by_the_proxy_and_by_nobody_else(migration: Migration) -> None:
    file = migration.folder / "migration.yaml"
    inside = file.read_text().replace("127.0.0.1", f"{VPC}0.1")
    file.write_text(inside)
    url = next(word.strip("'{},") for word in inside.split() if VPC in word)
    assert urlsplit(url).hostname == f"{VPC}0.1"

    assert migration.run("proxy", "deploy", "--yes").code == 0
    verified = migration.run("verify", "--json")
    moved = migration.run("cutover", "--weights", "50", "--yes", "--json")

    assert verified.code == 0, verified
    assert "cannot be reached" in json.dumps(verified.json), verified
    assert moved.code == 7, moved  # it waits for traffic, and holds nothing against the service


def test_a_subscription_that_was_going_already_is_made_again_before_the_next_step(
    aws: Aws, client: Callable[[str], Any], unkind: Callable[..., None], unique: str, tmp_path: Path
) -> None:
    topic = client("sns").create_topic(Name=unique)["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:000000000000:{unique}"
    function = f"arn:aws:lambda:us-east-1:000000000000:function:{unique}"
    before = client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
    unkind(dying_subscriptions=1.0)
    client("sns").unsubscribe(SubscriptionArn=before)
    other = client("sns").create_topic(Name=f"{unique}-next")["TopicArn"]
    steps = (
        Step("01-subscribe", Subscribe(topic, "sqs", queue, {}), "", propagation=2.0),
        Step("02-subscribe", Subscribe(other, "sqs", queue, {}), ""),
    )

    with Ledger.open(tmp_path / "ledger.yaml", Identity("0" * 12, "us-east-1", function), command="", by="") as ledger:
        Executor(ledger, aws).run(Plan("cutover", function, "", steps))

    listed = client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [each["Endpoint"] for each in listed] == [queue]
