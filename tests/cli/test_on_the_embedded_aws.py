"""The commands against an AWS: what they show, what they refuse, and what they leave behind."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.aws.session import READ_PREFIXES

if TYPE_CHECKING:
    from tests.cli.user import User


pytestmark = pytest.mark.sandbox

LOOKING = (
    ["inspect"],
    ["doctor"],
    ["plan"],
    ["plan", "--phase", "cutover"],
    ["plan", "--phase", "direct"],
    ["plan", "--phase", "retire"],
    ["policy"],
    ["policy", "--phase", "direct"],
    ["proxy", "deploy", "--dry-run"],
    ["cutover", "--dry-run"],
    ["retire", "--dry-run"],
    ["rollback", "--dry-run"],
    ["verify"],
    ["status"],
    ["history"],
)


def test_inspect_needs_no_configuration(user: User) -> None:
    (user.folder / "migration.yaml").unlink()

    answer = user("inspect", user.function)

    package = re.search(r"zip, \d+ B, sha256 \S+", answer.out)
    assert package
    assert answer.out == (
        f"{user.function}  ·  000000000000 / us-east-1\n"
        "\n"
        "  runtime   python3.12, 128 MB, 10 s, x86_64\n"
        "  handler   index.handler\n"
        f"  package   {package[0]}\n"
        "  layers    none\n"
        f"  role      {user.function}\n"
        "  settings  1 environment variable\n"
        "  versions  none published\n"
        "  aliases   none\n"
        "\n"
        "Triggers\n"
        "└── none was found\n"
    )
    assert (answer.code, answer.err) == (0, f"\nnext: lambda-migrate init {user.function}\n")


def test_inspect_speaks_json_and_keeps_the_environment_to_itself(user: User) -> None:
    answer = user("inspect", "--json")

    function = answer.json["data"]["inventory"]["function"]
    assert (function["arn"], function["environment_names"]) == (user.arn, ["PASSWORD"])
    assert "hunter2" not in answer.out + answer.err


def test_commands_that_look_change_nothing(user: User) -> None:
    before = user.latest()

    for arguments in LOOKING:
        answer = user(*arguments, "--debug")

        called = re.findall(r"^aws: (\S+):(\S+)$", answer.err, re.MULTILINE)
        assert [call for call in called if not call[1].startswith(READ_PREFIXES)] == []
        assert user.latest() == before, arguments
        assert not (user.folder / "ledger.yaml").exists(), arguments
        assert "defect" not in answer.err


def test_every_command_prints_one_envelope_and_nothing_else(user: User) -> None:
    for arguments in LOOKING:
        answer = user(*arguments, "--json")
        found = answer.json

        assert sorted(found) == ["command", "data", "errors", "exit_code", "lambda_migrate", "status"]
        assert found["command"] == [word for word in arguments[:2] if not word.startswith("-")]
        assert found["exit_code"] == answer.code
        assert found["status"] == ("success" if answer.code == 0 else "partial" if found["data"] else "error")
        assert bool(found["errors"]) == bool(answer.code)


def test_without_a_person_and_without_yes_nothing_is_changed(user: User) -> None:
    before = user.latest()

    answer = user("proxy", "deploy")

    assert answer.code == 2
    assert answer.err.endswith(
        "error: `lambda-migrate proxy deploy` changes something, so it asks first, which needs a terminal\n\n"
        "hint: look at the plan with `--dry-run`, then pass `--yes`\n"
    )
    assert user.latest() == before
    assert not (user.folder / "ledger.yaml").exists()


def test_in_json_a_missing_answer_is_an_error_even_on_a_terminal(user: User) -> None:
    answer = user("proxy", "deploy", "--json", typed="y\n")

    assert answer.code == 2
    assert answer.json["errors"][0]["code"] == "configuration"


@pytest.mark.parametrize("typed", ["n\n", "\n", "nonsense\n"])
def test_who_does_not_say_yes_says_no(typed: str, user: User) -> None:
    before = user.latest()

    answer = user("proxy", "deploy", typed=typed)

    assert answer.code == 1
    assert answer.err.endswith(
        f"\nPublish it on {user.function}? [y/N] error: cancelled\n\nhint: nothing was changed\n"
    )
    assert user.latest() == before


def test_deploying_publishes_a_version_and_leaves_latest_as_it_was(user: User) -> None:
    before = user.latest()

    answer = user("proxy", "deploy", "--events", "non-api", typed="y\n")

    assert answer.code == 0
    undo = "`lambda-migrate rollback --last` undoes it."
    assert re.search(rf"\nDone: 6 steps of proxy, in \d+ s\. {re.escape(undo)}\n$", answer.out)
    assert answer.err.endswith("\nnext: lambda-migrate verify\n")
    assert user.latest() == before
    versions = user.aws.call("lambda", "list_versions_by_function", FunctionName=user.function)["Versions"]
    assert [version["Description"].split(" ")[:3] for version in versions[1:]] == [
        ["lambda-migrate", "original", versions[1]["Description"].split(" ")[2]],
        ["lambda-migrate", "proxy", "non-api"],
    ]
    ledger = (user.folder / "ledger.yaml").read_text()
    assert "hunter2" not in ledger + answer.out + answer.err
    assert "the-signing-secret" not in ledger + answer.out + answer.err


def test_what_is_done_is_not_done_again(user: User) -> None:
    user("proxy", "deploy", "--yes")

    answer = user("proxy", "deploy", "--json")

    assert (answer.code, answer.json["data"]["applied"]) == (0, [])


def test_verify_proves_that_the_proxy_reaches_the_service(user: User, service: str) -> None:
    user.configure(url=service)
    user("proxy", "deploy", "--yes")

    answer = user("verify", "--json")

    checks = answer.json["data"]["checks"]
    assert [(check["name"], check["result"]) for check in checks] == [
        ("service", "pass"),
        ("endpoint", "pass"),
        ("proxy version 2", "pass"),
        ("metrics", "pass"),
    ]
    assert answer.code == 0


def test_a_service_that_is_down_closes_the_gate_before_anything_moves(user: User) -> None:
    user("proxy", "deploy", "--yes")

    answer = user("cutover", "--yes")

    assert answer.code == 3
    assert re.search(
        r"\nerror: service-unhealthy: http://127.0.0.1:9/healthz cannot be reached: .*; start the service, .*\n\n"
        r"hint: `lambda-migrate explain service-unhealthy` says why, and what to do\n$",
        answer.err,
    )
    aliases = user.aws.call("lambda", "list_aliases", FunctionName=user.function)["Aliases"]
    assert [alias["Name"] for alias in aliases] == ["lambda-migrate"]


def test_too_little_traffic_is_inconclusive_and_can_be_taken_back(user: User, service: str) -> None:
    user.configure(url=service)
    user("proxy", "deploy", "--yes")

    paused = user("cutover", "--weights", "50,100", "--yes")
    standing = user("status", "--json").json["data"]
    alias = user.aws.call("lambda", "get_alias", FunctionName=user.function, Name="live")
    taken_back = user("rollback", "--last", "--yes", "--json")

    assert paused.code == 7
    assert standing["unfinished"]["phase"] == "cutover"
    assert standing["live"] == "alias live is at version 1, 50 % on version 2"
    assert standing["next"] == ["lambda-migrate cutover", "lambda-migrate rollback --last"]
    assert alias["RoutingConfig"]["AdditionalVersionWeights"] == {"2": 0.5}
    assert taken_back.json["data"]["undone"] == ["02-shift_weight", "01-create_alias"]
    aliases = user.aws.call("lambda", "list_aliases", FunctionName=user.function)["Aliases"]
    assert [alias["Name"] for alias in aliases] == ["lambda-migrate"]


def test_rollback_leaves_the_function_as_it_was(user: User) -> None:
    before = user.latest()
    user("proxy", "deploy", "--yes")

    everything = user("rollback", "--yes", "--json")

    undone = [step.partition("-")[2] for step in everything.json["data"]["undone"]]
    assert undone[:3] == ["restore_latest", "configure_latest", "publish_version"]
    assert undone[-1] == "publish_version"
    assert user.latest() == before
    assert user("rollback", "--yes").out == "Nothing to roll back: no step is applied.\n"


def test_rollback_to_a_step_that_does_not_stand_names_the_nearest(user: User) -> None:
    user("proxy", "deploy", "--yes")

    answer = user("rollback", "--to", "01-publish-version", "--yes")

    assert (answer.code, answer.err) == (
        2,
        "error: no step `01-publish-version` is applied\n\nhint: did you mean `01-publish_version`?\n",
    )


def test_a_saved_plan_runs_exactly_or_is_refused_as_stale(user: User, service: str) -> None:
    user.configure(url=service)
    user("proxy", "deploy", "--yes")
    saved = user("plan", "--phase", "cutover", "--out", "cutover.json")
    wrong_phase = user("cutover", "--direct", "--plan", "cutover.json", "--yes")
    user.aws.call("lambda", "update_function_configuration", FunctionName=user.function, Timeout=11)
    user.aws.wait_function_updated(user.function)
    stale = user("cutover", "--plan", "cutover.json", "--yes")

    assert (saved.code, saved.err) == (0, "\nnext: lambda-migrate cutover --plan cutover.json\n")
    assert json.loads((user.folder / "cutover.json").read_text())["phase"] == "cutover"
    assert wrong_phase.code == 2
    assert stale.code == 5
    assert re.match(r"error: the plan [0-9a-f]{12} is stale: ", stale.err)


def test_doctor_says_what_is_missing_and_what_to_do(user: User) -> None:
    answer = user("doctor", "--json")

    found = {check["name"]: check for check in answer.json["data"]["checks"]}
    assert {name: check["result"] for name, check in found.items()} == {
        "configuration": "pass",
        "ledger": "pass",
        "credentials": "pass",
        "function": "pass",
        "account": "pass",
        "update": "pass",
        "code freeze": "skip",
        "package": "pass",
        "versions": "skip",
        "alias": "skip",
        "triggers": "pass",
        "owner": "skip",
        "lock in AWS": "skip",
        "guard in AWS": "skip",
        "code": "skip",
        "signing keys": "pass",
        "metrics": "fail",
        "permissions: proxy": "pass",
        "permissions: cutover": "pass",
        "service": "fail",
    }
    assert found["signing keys"]["detail"] == f"`secretsmanager:{user.function}/keys`: k1 signs"
    assert found["service"]["hint"] == "start the service, or correct `service.url`"
    assert (answer.code, answer.json["status"]) == (3, "partial")


def test_retire_wants_proof_that_silence_would_be_seen(user: User) -> None:
    answer = user("retire", "--confirm", user.function)

    assert answer.code == 3
    assert "no-metrics" in answer.err
    assert user.latest()["FunctionName"] == user.function
