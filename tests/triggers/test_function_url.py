"""Function URLs: the alias gets one of its own, and the first stays."""

from __future__ import annotations

from typing import Any

from lambda_migrate.function.model import Qualified
from lambda_migrate.planner import cutover
from lambda_migrate.triggers import kind_of
from lambda_migrate.triggers.base import Repoint, Trigger
from lambda_migrate.triggers.function_url import KEPT, Settings
from tests.planner import worlds
from tests.triggers import known
from tests.triggers.repointing import actions, gates

URL, NEW = "https://abc.lambda-url.eu-west-1.on.aws/", "https://def.lambda-url.eu-west-1.on.aws/"
CORS = {"AllowOrigins": ["*"]}
FIRST = Trigger("function_url", URL, URL, "", Settings(auth="NONE", mode="RESPONSE_STREAM", cors=CORS))
ACCEPTED = "accept: [{rule: 'trigger:function_url', reason: its clients move next week}]\n"


def allowed(action: str, **condition: Any) -> dict[str, Any]:
    return {"Sid": "s", "Effect": "Allow", "Principal": "*", "Action": action, "Condition": condition, "Resource": "r"}


INVOKE_URL = allowed("lambda:InvokeFunctionUrl", StringEquals={"lambda:FunctionUrlAuthType": "NONE"})
INVOKE = allowed("lambda:InvokeFunction", Bool={"lambda:InvokedViaFunctionUrl": "true"})


def moved(**qualified: Qualified) -> Repoint:
    changed = {name.replace("latest", ""): value for name, value in qualified.items()}
    repoint = kind_of(FIRST).to_alias(FIRST, known.function(qualified=changed), "live")
    assert repoint is not None
    return repoint


def test_the_alias_gets_a_url_like_the_first_and_a_gate_says_that_the_first_stays() -> None:
    repoint = moved(latest=Qualified(policy=(INVOKE_URL, INVOKE)))

    assert actions(repoint) == [
        {
            "kind": "create_function_url",
            "function": "orders",
            "alias": "live",
            "settings": {"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM", "Cors": CORS},
        }
    ]
    assert (repoint.steps, gates(repoint), [step.lingers for step in repoint.preparation]) == (
        (),
        ["trigger:function_url"],
        [KEPT],
    )
    assert str(repoint.blockers[0]) == (
        f"trigger:function_url: function URL `{URL}` goes on invoking `$LATEST`, which runs the original: a function"
        " URL belongs to the qualifier that it was made for; move its clients to the URL that `live` gets or accept"
        " that it stays; a CloudFront distribution in front of it is moved"
    )


def test_a_url_that_has_one_permission_alone_gets_the_second_on_the_alias() -> None:
    repoint = moved(latest=Qualified(policy=(INVOKE_URL,)))

    grant, _ = actions(repoint)
    statement = grant["statement"]
    assert (grant["kind"], grant["qualifier"]) == ("grant_permission", "live")
    assert {**statement, "Sid": "s", "Resource": "r"} == INVOKE
    assert statement["Resource"] == known.qualified("live")


def test_where_the_alias_has_a_url_nothing_is_made_and_the_gate_names_it() -> None:
    repoint = moved(latest=Qualified(policy=(INVOKE_URL,)), live=Qualified(url=NEW))

    assert (actions(repoint), gates(repoint)) == ([], ["trigger:function_url"])
    assert f"to `{NEW}`, the URL of `live`, or accept that it stays" in repoint.blockers[0].text


def test_what_the_url_rests_on_stays_as_long_as_the_url() -> None:
    inventory = worlds.inventory(
        FIRST,
        versions=(worlds.version("1"), worlds.version("2", "non-api")),
        alias=None,
        qualified={"": Qualified(policy=(INVOKE_URL, known_statement()), url=URL)},
    )

    plan = cutover.plan(inventory, worlds.settings(ACCEPTED))
    kept = [(step.action.describe(), step.lingers) for step in plan.steps if step.group != "weight"]

    assert plan.blockers == ()
    assert kept == [
        ("alias live: none → 1", KEPT),
        ("permission: * may invoke orders:live", KEPT),
        ("permission: sns.amazonaws.com may invoke orders:live", 0.0),
        ("permission: * may invoke orders:live", KEPT),
        ("function URL of orders:live: create", KEPT),
    ]


def known_statement() -> dict[str, Any]:
    return {"Sid": "n", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": INVOKE["Action"]}
