"""A derived image stays for as long as a version runs it, and can go once that has gone."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.actions.base import Named, Needless
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.errors import NotFound
from tests.inventory.fake_aws import FakeAws

DIGEST = f"sha256:{'d' * 64}"
PUSHED = PushImage("shop/orders", f"sha256:{'0' * 64}", DIGEST, "ours", on_path=True, function="orders")
OTHERS = {"1": "0" * 64, "$LATEST": "0" * 64}


def account(codes: dict[str, str], *aliases: dict[str, Any], listed: dict[str, str] | None = None) -> Any:
    def shown(Qualifier: str, **_: Any) -> Any:  # noqa: N803  # AWS's name
        return {"CodeSha256": codes[Qualifier]} if Qualifier in codes else NotFound("gone")

    versions = [{"Version": number, "CodeSha256": code} for number, code in (listed or codes).items()]
    answers = {
        "lambda:list_versions_by_function": {"Versions": versions},
        "lambda:get_function_configuration": shown,
        "lambda:list_aliases": {"Aliases": list(aliases)},
    }
    return FakeAws(answers)


def alias(name: str, version: str, **weights: float) -> dict[str, Any]:
    told = {number.removeprefix("v"): weight for number, weight in weights.items()}
    routing = {"RoutingConfig": {"AdditionalVersionWeights": told}} if told else {}
    return {"Name": name, "FunctionVersion": version, **routing}


@pytest.mark.parametrize(
    ("aws", "reason", "names"),
    [
        (account(OTHERS), "", set()),
        (account({**OTHERS, "2": "d" * 64}), "version 2 of `orders` runs it, so that it stays", set()),
        (
            account({**OTHERS, "2": "d" * 64}, alias("live", "1", v2=0.1), alias("lambda-migrate", "1")),
            "version 2 of `orders` runs it, so that it stays",
            {"live"},
        ),
        (account({"$LATEST": "d" * 64}), "$LATEST of `orders` runs it, so that it stays", set()),
        (account(OTHERS, alias("live", "1"), listed={**OTHERS, "2": "d" * 64}), "", set()),
        (FakeAws({"lambda:list_versions_by_function": NotFound("gone")}), "", set()),
    ],
)
def test_what_runs_an_image_keeps_it(aws: Any, reason: str, names: set[str]) -> None:
    assert isinstance(PUSHED, Needless)
    assert isinstance(PUSHED, Named)
    assert PUSHED.needless(aws) == reason
    assert PUSHED.named_by(aws) == names


def test_an_action_of_an_older_ledger_asks_for_no_versions() -> None:
    older, aws = PushImage("shop/orders", "sha256:0", DIGEST, "ours", on_path=True), FakeAws()

    assert older.needless(aws) == ""
    assert aws.calls == []
