"""The way back on an AWS that is not kind: what cannot go back holds up nothing else, and production is not touched."""

from __future__ import annotations

import json
import threading
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from lambda_migrate import inventory
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.runs import runs
from lambda_migrate.sandbox import callers_by_role
from lambda_migrate.sandbox.unkindness import KIND, Unkindness
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.cli.migration import Migration
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

BACK = {"http_api": "", "sns": "", "eventbridge": "", "sqs": ""}
ROUNDS = 20
INVOKE = "/2015-03-31/functions/{}/invocations"


@pytest.fixture
def unkind(embedded_aws: EmbeddedAws) -> Iterator[Callable[..., None]]:
    """Make the sandbox unkind for the time of a test."""
    yield lambda **settings: embedded_aws.be(Unkindness(**settings))
    embedded_aws.be(KIND)


def cut_over(migration: Migration) -> None:
    assert migration.run("cutover", "--weights", "50,100", "--yes").code == 7  # nobody calls it, so it pauses


def told(answer: Any, why: str) -> list[str]:
    return [each["id"].partition("-")[2] for each in answer.json["data"]["stayed"] if each["why"] == why]


def test_a_call_that_is_not_allowed_holds_up_no_other_trigger(
    migration: Migration, unkind: Callable[..., None]
) -> None:
    cut_over(migration)
    unkind(denied=("sns:Unsubscribe", "sns:SetSubscriptionAttributes"))

    answer = migration.run("rollback", "--yes", "--json")

    assert answer.code == 5
    assert told(answer, "stuck") == ["park_subscription"]
    found = migration.found()
    assert {kind: where for kind, where in migration.qualifiers().items() if kind != "sns"} == {
        kind: where for kind, where in BACK.items() if kind != "sns"
    }
    alias = found.function.alias("live")
    assert alias is not None
    assert (alias.version, alias.weights) == ("1", {})

    unkind()
    assert migration.run("rollback", "--yes").code == 0
    assert migration.found().fingerprint == migration.original.fingerprint


def test_what_somebody_moved_can_be_left_out_by_name(migration: Migration, client: Callable[[str], Any]) -> None:
    cut_over(migration)
    api = next(trigger for trigger in migration.found().triggers if trigger.kind == "http_api")
    settings: Any = api.settings
    elsewhere = {"IntegrationUri": "arn:aws:lambda:us-east-1:000000000000:function:theirs"}
    client("apigatewayv2").update_integration(ApiId=settings.api, IntegrationId=settings.integration, **elsewhere)

    stuck = migration.run("rollback", "--yes", "--json")
    assert (stuck.code, told(stuck, "stuck")) == (5, ["point_integration"])
    (name,) = (each["id"] for each in stuck.json["data"]["stayed"] if each["why"] == "stuck")
    assert f"rollback --skip {name}" in stuck.json["errors"][0]["hint"]

    answer = migration.run("rollback", "--skip", name, "--yes", "--json")

    assert (answer.code, told(answer, "skipped")) == (0, ["point_integration"])
    assert {kind for kind, where in migration.qualifiers().items() if where == ""} == {"sns", "eventbridge", "sqs"}


def test_what_somebody_put_back_by_hand_counts_as_undone(migration: Migration, client: Callable[[str], Any]) -> None:
    cut_over(migration)
    mapping = next(trigger for trigger in migration.found().triggers if trigger.kind == "sqs")
    client("lambda").update_event_source_mapping(UUID=mapping.id, FunctionName=migration.world.name)

    answer = migration.run("rollback", "--yes", "--json")

    assert (answer.code, migration.qualifiers()) == (0, BACK)


def test_no_pruner_takes_the_way_back_along(migration: Migration, unkind: Callable[..., None]) -> None:
    unkind(versions_kept=1)

    cut_over(migration)
    assert "1" in {version.number for version in migration.found().function.versions}

    answer = migration.run("rollback", "--yes", "--json")
    assert (answer.code, migration.qualifiers()) == (0, BACK)


@pytest.mark.parametrize("gone", ["secret", "layer", "environment"])
def test_it_uses_only_what_going_back_needs(migration: Migration, client: Callable[[str], Any], gone: str) -> None:
    name = migration.world.name
    if gone == "secret":
        client("secretsmanager").delete_secret(SecretId=f"{name}/keys", ForceDeleteWithoutRecovery=True)
    elif gone == "layer":
        layer = f"lambda-migrate-proxy-{name}"
        client("lambda").delete_layer_version(LayerName=layer, VersionNumber=1)
    else:
        added = {"Variables": {"PASSWORD": "hunter2", "ADDED": "meanwhile"}}
        client("lambda").update_function_configuration(FunctionName=name, Environment=added)
        client("lambda").get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})

    answer = migration.run("rollback", "--yes", "--json")

    assert (answer.code, migration.found().function.versions) == (0, ())


def test_it_says_what_each_step_will_be_and_where_traffic_ends(migration: Migration) -> None:
    cut_over(migration)

    shown = " ".join(migration.run("rollback", "--dry-run").out.split())

    assert "alias live: 1, 50 % on 2 → 1" in shown
    assert "alias live: 1 → none" in shown
    assert f"mapping {migration.world.name}-queue: {migration.world.name}:live → {migration.world.name}" in shown
    assert "Traffic ends at the original, as before the migration." in shown

    done = migration.run("rollback", "--yes")
    assert "Traffic is at the original, as before the migration." in " ".join(done.out.split())


@contextmanager
def calling(client: Callable[[str], Any], function: str) -> Iterator[list[str]]:
    """Invoke a function 200 times a second at most; the list gets what was answered.

    By HTTP itself: the machine's time is for the function, not for the SDK of who calls it.
    """
    answers: list[str] = []
    leave = threading.Event()

    def call() -> None:
        door = urlsplit(client("lambda").meta.endpoint_url)
        with closing(HTTPConnection(door.netloc)) as connection:
            while not leave.wait(0.005):
                connection.request("POST", INVOKE.format(function), json.dumps({"number": len(answers)}))
                response = connection.getresponse()
                response.read()
                failed = response.getheader("X-Amz-Function-Error", "")
                answers.append(failed or {200: "answered"}.get(response.status, response.reason))

    thread = threading.Thread(target=call)
    thread.start()
    try:
        yield answers
    finally:
        leave.set()
        thread.join()


@pytest.mark.long(25)
def test_no_request_is_lost_while_the_proxy_comes_and_goes(user: User, client: Callable[[str], Any]) -> None:
    with calling(client, user.function) as answers:
        for _ in range(ROUNDS):
            assert user("proxy", "deploy", "--yes").code == 0
            before = user.aws.call("lambda", "get_function_configuration", FunctionName=user.function)
            assert user("rollback", "--yes").code == 0
            after = user.aws.call("lambda", "get_function_configuration", FunctionName=user.function)
            assert after["RevisionId"] == before["RevisionId"]

    assert len(answers) > ROUNDS
    assert set(answers) == {"answered"}


@pytest.mark.parametrize("records", range(1, 7))
def test_a_freeze_that_was_cut_off_is_finished_by_the_same_command(user: User, records: int) -> None:
    assert user("freeze", "--yes").code == 0
    ledger = user.folder / "ledger.yaml"
    whole = ledger.read_bytes().split(b"\n---")
    ledger.write_bytes(b"\n---".join(whole[: len(whole) - records]) + b"\n")

    assert user("freeze", "--yes").code == 0

    assert [run for run in runs(Ledger.read(ledger)) if run.under_way] == []
    assert user("proxy", "deploy", "--dry-run").code == 0
    assert len(inventory.take(user.aws, user.function, alias="live").function.versions) == 1


def test_the_original_stays_while_the_freeze_names_it(user: User) -> None:
    assert user("freeze", "--yes").code == 0
    assert user("proxy", "deploy", "--yes").code == 0

    answer = user("rollback", "--yes", "--json")

    assert (answer.code, told(answer, "skipped")) == (0, ["publish_version"])
    versions = inventory.take(user.aws, user.function, alias="live").function.versions
    assert [version.number for version in versions] == ["1"]
    assert user("freeze").code == 0
    assert user("rollback", "--yes").out.startswith("Nothing to roll back")


def test_the_last_run_is_rolled_back_while_the_freeze_names_what_an_earlier_one_published(user: User) -> None:
    assert user("freeze", "--yes").code == 0
    assert user("proxy", "deploy", "--yes").code == 0

    answer = user("rollback", "--last", "--yes", "--json")

    assert (answer.code, len(answer.json["data"]["undone"])) == (0, 5), answer
    assert user("rollback", "--last", "--skip", "01-nothing", "--yes").code == 2


def left_behind(user: User, lingers: float) -> None:
    """Roll back a run whose alias may still carry traffic for so long."""
    user.aws.call("lambda", "publish_version", FunctionName=user.function)
    made = CreateAlias(user.function, "live", "1", "the traffic alias")
    plan = Plan("cutover", user.arn, "f" * 64, (Step("01-create_alias", made, lingers=lingers),))
    identity = Identity("000000000000", "us-east-1", user.arn)
    with Ledger.open(user.folder / "ledger.yaml", identity, command="cutover", by="alice") as ledger:
        Executor(ledger, user.aws).run(plan)
    answer = user("rollback", "--yes", "--json")
    assert (answer.code, told(answer, "left")) == (0, ["create_alias"])


def aliases(user: User) -> list[str]:
    return [each["Name"] for each in user.aws.pages("lambda", "list_aliases", "Aliases", FunctionName=user.function)]


def test_what_may_still_carry_traffic_stays_until_its_time_has_come(user: User) -> None:
    left_behind(user, 3600.0)

    answer = user("cleanup", "--yes")

    assert (answer.code, aliases(user)) == (0, ["live"])
    assert "alias live: 1 → none: not before " in " ".join(answer.out.split())


def test_who_comes_by_role_to_the_alias_is_answered_after_the_way_back_and_by_what_cleanup_leaves(user: User) -> None:
    left_behind(user, 0.001)
    name, alias = user.function, f"{user.arn}:live"
    callers_by_role.deploy(user.aws, name, alias)
    user.aws.call("scheduler", "delete_schedule", Name=f"{name}{callers_by_role.SCHEDULE}")

    machine = f"arn:aws:states:us-east-1:000000000000:stateMachine:{name}{callers_by_role.STATE_MACHINE}"
    started = user.aws.call("stepfunctions", "start_execution", stateMachineArn=machine, input="{}")["executionArn"]

    def ended() -> dict[str, Any]:
        execution: dict[str, Any] = user.aws.call("stepfunctions", "describe_execution", executionArn=started)
        return execution if execution["status"] != "RUNNING" else {}

    execution = eventually(ended)
    assert (execution["status"], json.loads(execution["output"])["version"]) == ("SUCCEEDED", "1")

    answer = user("cleanup", "--yes")

    assert (answer.code, aliases(user)) == (0, ["live"])
    assert f"`{name}:live` was invoked once within 6 hours: somebody still calls it" in " ".join(answer.out.split())


def test_cleanup_removes_what_a_rollback_left(user: User) -> None:
    left_behind(user, 0.001)

    shown = user("cleanup", "--dry-run")
    assert "alias live: 1 → none" in " ".join(shown.out.split())
    assert user("cleanup", "--yes").code == 0

    assert aliases(user) == []
    assert user("cleanup", "--yes").code == 0
    assert user("rollback", "--yes").code == 0
    assert aliases(user) == []


def test_before_anything_was_done_there_is_nothing_to_clean_up(user: User) -> None:
    answer = user("cleanup", "--yes")

    assert (answer.code, "nothing has been done yet, so nothing is left" in answer.err) == (3, True)
