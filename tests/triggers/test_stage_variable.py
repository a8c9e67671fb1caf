"""Which variable of a stage changes, and to what, such that the function's alias is invoked."""

from __future__ import annotations

import pytest

from lambda_migrate.triggers import stage_variable
from lambda_migrate.triggers.stage_variable import Variables
from tests.triggers import known
from tests.triggers.repointing import actions, gates

PREFIX = known.ARN.removesuffix("orders")


def uri(function: str) -> str:
    return known.PATH.format(function)


def changed(variables: Variables) -> list[tuple[str, str, str]]:
    repoint = stage_variable.to_alias(variables, "REST", "r1", "shop/prod", known.ORDERS, "live")
    return [(each["variable"], each["before"], each["after"]) for each in actions(repoint)]


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        (f"{PREFIX}${{stageVariables.fn}}", {"fn": "orders"}, ("fn", "orders", "orders:live")),
        (f"{PREFIX}${{stageVariables.fn}}", {"fn": "orders:$LATEST"}, ("fn", "orders:$LATEST", "orders:live")),
        ("${stageVariables.arn}", {"arn": known.ARN}, ("arn", known.ARN, f"{known.ARN}:live")),
        (f"{known.ARN}:${{stageVariables.q}}", {"q": "$LATEST"}, ("q", "$LATEST", "live")),
        (
            f"{PREFIX}${{stageVariables.fn}}:${{stageVariables.q}}",
            {"fn": "orders", "q": "$LATEST"},
            ("q", "$LATEST", "live"),
        ),
    ],
)
def test_the_one_variable_changes_that_leads_to_the_alias(
    template: str, values: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert changed(Variables("prod", values, (uri(template),))) == [expected]


def test_all_uris_have_to_agree() -> None:
    uris = (uri(f"{PREFIX}${{stageVariables.fn}}"), uri(f"{PREFIX}ord${{stageVariables.rest}}"))

    assert changed(Variables("prod", {"fn": "orders", "rest": "ers"}, uris)) == []


@pytest.mark.parametrize(
    "variables",
    [
        Variables(
            "prod",
            {"fn": "orders"},
            (uri(f"{PREFIX}${{stageVariables.fn}}"),),
            (uri(f"{PREFIX}${{stageVariables.fn}}-audit"),),
        ),
        Variables("prod", {"fn": "orders"}, (uri(f"{PREFIX}${{stageVariables.fn}}:$LATEST"),)),
    ],
)
def test_no_value_would_be_right(variables: Variables) -> None:
    repoint = stage_variable.to_alias(variables, "REST", "r1", "shop/prod", known.ORDERS, "live")

    assert (repoint.steps, gates(repoint)) == ((), ["stage-variable-shared"])
    assert str(repoint.blockers[0]) == (
        "stage-variable-shared: `shop/prod`: no value of its stage's variable `fn` leads to `live` and leaves"
        " everything else as it is; give the function a variable of its own"
    )


def test_what_else_reads_the_variable_is_told_and_a_role_is_a_gate() -> None:
    variables = Variables("prod", {"fn": "orders"}, (uri(f"{PREFIX}${{stageVariables.fn}}"),), roles=("role",))

    repoint = stage_variable.to_alias(variables, "HTTP", "a1", "shop/prod", known.ORDERS, "live")

    assert gates(repoint) == ["api-role"]
    assert repoint.warnings == (
        "`shop/prod`: the stage's variable `fn` changes, which its requests carry to whatever they reach",
    )
