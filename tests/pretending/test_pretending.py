"""Whatever comes next is one file and one line: a made-up trigger, target, gate and phase on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.pretending import courier

if TYPE_CHECKING:
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

QUIET = "{rule: no-metrics, reason: it was never used}, {rule: secret-kept-nowhere, reason: it is made up}"
STAYS = "{rule: 'trigger:courier', phases: [direct, retire], reason: the couriers retire too}"


@pytest.fixture
def couriers(user: User, a_courier: None) -> User:
    """A user whose function a courier invokes, by a role that has the courier's name."""
    user.aws.call("iam", "create_role", RoleName=user.function, AssumeRolePolicyDocument="{}")
    user.aws.call(
        "lambda",
        "add_permission",
        FunctionName=user.function,
        StatementId="couriers",
        Action="lambda:InvokeFunction",
        Principal=courier.PRINCIPALS[0],
        SourceArn=f"arn:aws:couriers:us-east-1:000000000000:{user.function}",
    )
    return user


def may_invoke(user: User) -> list[str]:
    """Return what the courier's role may invoke."""
    found = user.aws.call("iam", "list_role_policies", RoleName=user.function)["PolicyNames"]
    policies = [user.aws.call("iam", "get_role_policy", RoleName=user.function, PolicyName=name) for name in found]
    return [policy["PolicyDocument"]["Statement"][0]["Resource"] for policy in policies]


def test_a_trigger_is_seen_and_explained(couriers: User) -> None:
    (seen,) = couriers("inspect", "--json").json["data"]["inventory"]["triggers"]

    assert (seen["kind"], seen["name"], seen["settings"]["route"]) == ("courier", couriers.function, "route")
    assert couriers("inspect").out.endswith(
        f"Triggers\n└── courier\n    →  {couriers.function}  unqualified\n"
        "\nNo further than the alias\n  ! courier: couriers do not speak HTTP\n"
    )
    assert couriers("explain", "courier").out == (
        "courier  Couriers: a made-up kind that reaches the function by a role, and never the service.\n"
        "\n"
        "It is found by its statement in the function's resource policy.\n"
        "\n"
        "- found by: its permission\n"
        "- brings: events\n"
        "- to the alias: its role may invoke the alias\n"
        "- straight to the service: no, couriers do not speak HTTP\n"
        "- gradually: with the alias, whose weights decide\n"
        "- back: its role may not invoke the alias any more\n"
        "- in effect within: 10 s\n"
        "- may come twice: nothing: a courier rides once\n"
    )


def test_a_trigger_is_planned_moved_to_the_alias_and_moved_back(couriers: User, service: str) -> None:
    user = couriers
    user.configure(url=service)
    assert user("proxy", "deploy", "--yes").code == 0

    plan = user("plan", "--phase", "cutover", "--json").json["data"]["plan"]
    moved = user("cutover", "--weights", "100", "--yes")
    there = may_invoke(user)
    back = user("rollback", "--last", "--yes")

    assert [step["id"] for step in plan["steps"] if step.get("group") == "courier"] == ["03-put_role_policy"]
    assert (moved.code, there) == (7, [f"{user.arn}:live"])  # nobody invokes it: inconclusive, and it stays
    assert f"  ✓ role {user.function}: route\n" in moved.err
    assert (back.code, may_invoke(user)) == (0, [])


def test_a_trigger_that_stays_on_the_alias_goes_with_the_function_once_that_is_accepted(couriers: User) -> None:
    user = couriers
    user.configure(extra=f"accept: [{QUIET}]\n")
    refused = user("retire", "--confirm", user.function)
    direct = user("plan", "--phase", "direct", "--json").json["data"]["plan"]
    user.configure(extra=f"accept: [{QUIET}, {STAYS}]\n")
    retired = user("retire", "--confirm", user.function)

    assert refused.code == 3
    assert refused.error.startswith("trigger:courier: ")
    assert direct["steps"] == []
    gone = f"`{user.function}` was deleted by the run of "
    assert (retired.code, user("inspect").error.startswith(gone)) == (0, True)


@pytest.mark.usefixtures("a_barn")
def test_a_target_is_deployed_to_asked_how_it_is_and_stopped(user: User, service: str) -> None:
    user.configure(url=service, directory="., target: {kind: barn}")
    text = (user.folder / "migration.yaml").read_text()
    (user.folder / "migration.yaml").write_text(text.replace("'., target: {kind: barn}'", "., target: {kind: barn}"))
    absent = user("service", "status")
    deployed = user("service", "deploy", "--yes")
    healthy = user("service", "status", "--json").json["data"]

    assert (absent.code, absent.out) == (3, "absent: the door is closed\n")
    assert (deployed.code, deployed.out) == (
        0,
        f"\nThe service is healthy at {service}: it stands between the horses.\n",
    )
    assert (healthy["condition"], healthy["url"]) == ("healthy", service)
    assert user("service", "logs", "--lines", "2").out == "hay\nhay\n"
    assert user("service", "events").out.endswith("  ·  a horse neighed\n")
    assert user("service", "stop", "--yes").out == "The service is stopped.\n"
    assert user("explain", "barn").out == "barn  The barn: a made-up place where the service can live.\n"


@pytest.mark.usefixtures("a_barn")
def test_a_target_says_why_nothing_can_be_deployed(user: User) -> None:
    user.configure(extra="")
    text = (user.folder / "migration.yaml").read_text()
    changed = text.replace("directory: '.'", "directory: '.', target: {kind: barn, locked: true}")
    (user.folder / "migration.yaml").write_text(changed)

    answer = user("service", "deploy", "--yes")

    assert (answer.code, "the barn is locked" in answer.err) == (3, True)


@pytest.mark.usefixtures("a_rehearsal")
def test_a_phase_comes_next_is_planned_and_explained(user: User) -> None:
    user.configure(extra="accept: [{rule: full-moon, reason: we are awake}]\n")
    status = user("status", "--json").json["data"]
    planned = user("plan", "--json").json["data"]["plan"]

    assert (status["next"], planned["phase"], planned["blockers"]) == (["lambda-migrate plan"], "rehearse", [])
    assert planned["warnings"] == ["accepted (we are awake): full-moon: nobody sleeps"]
    assert user("explain", "rehearse").out == "rehearse  Plays the migration through.\n\nNothing moves.\n"


@pytest.mark.usefixtures("a_rehearsal")
def test_a_gate_stands_in_the_way_until_it_is_accepted_and_is_explained(user: User) -> None:
    closed = user("plan")
    user.configure(extra="accept: [{rule: full-mon, reason: we are awake}]\n")
    mistyped = user("plan")
    page: dict[str, Any] = user("explain", "full-moon", "--json").json["data"]

    assert (closed.code, closed.hint) == (3, "`lambda-migrate explain full-moon` says why, and what to do")
    assert closed.error == f"`rehearse` of `{user.function}` cannot run yet: full-moon: nobody sleeps"
    assert (mistyped.code, "`full-moon`" in mistyped.err) == (2, True)
    assert (page["kind"], page["title"]) == ("gate", "The moon is full.")
    assert page["text"].endswith("Accept it if somebody is awake.\n\n## Asked by\n\n`rehearse`")
