"""Commands that need no AWS: what they print, and what they say of a configuration or a ledger that is wrong."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.config import json_schema
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.screen import Answer

REPOSITORY = Path(__file__).parents[2]
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
BY = "arn:aws:sts::123456789012:assumed-role/admin/anna"
STEP = Step("01-create_alias", CreateAlias("orders", "live", "1", "the traffic alias"))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return the ledger of a run that was interrupted after its only step was applied."""
    (tmp_path / "migration.yaml").write_text("function: orders\n")
    path = tmp_path / "ledger.yaml"
    with Ledger.open(path, Identity("123456789012", "eu-west-1", ARN), command="cutover", by=BY) as ledger:
        ledger.clock = lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        run = ledger.note("plan", plan=Plan("cutover", ARN, "f" * 64, (STEP,)).to_dict()).seq
        ledger.append("intent", id=STEP.id, run=run, action=action_to_dict(STEP.action))
        ledger.append("applied", id=STEP.id, run=run)
        ledger.append("undo-intent", id=STEP.id, run=run, action=action_to_dict(STEP.action))
    return path


def test_history_tells_outcomes_and_what_has_none(run: Callable[..., Answer], written: Path) -> None:
    plan = Plan("cutover", ARN, "f" * 64, (STEP,))
    first = json.loads(run("history", "--json").out)["data"]["records"][0]["at"]

    assert run("history").out == (
        f"1  {first[:10]} {first[11:19]}Z  anna  ·  ledger of {ARN}\n"
        f"2  2026-01-02 03:04:05Z  anna  ·  cutover: plan {plan.id}, 1 step\n"
        "4  2026-01-02 03:04:05Z  anna  +  01-create_alias: alias live: none → 1\n"
        "5  2026-01-02 03:04:05Z  anna  ?  01-create_alias: alias live: none → 1 (no outcome)\n"
    )


def test_history_verifies_the_chain(run: Callable[..., Answer], written: Path) -> None:
    answer = run("history", "--verify", "--json")

    assert answer.json["data"] == {
        "ledger": "ledger.yaml",
        "identity": {"account": "123456789012", "region": "eu-west-1", "function": ARN},
        "count": 5,
        "torn_bytes": 0,
        "lost_records": 0,
    }
    assert run("history", "--verify").out == "5 records, each follows from the one before.\n"


def test_a_torn_tail_is_said_and_a_cut_in_the_middle_is_refused(run: Callable[..., Answer], written: Path) -> None:
    whole = written.read_bytes()
    written.write_bytes(whole[:-20])
    written.with_suffix(".index").unlink()
    torn = run("history", "--verify").out
    written.write_bytes(whole.replace(b"alias: live", b"alias: dead", 1))
    edited = run("status")

    assert torn.startswith(
        "4 records, each follows from the one before. The last record of `ledger.yaml` was cut short ("
    )
    assert edited.code == 1
    assert edited.err == (
        "error: record 3 of `ledger.yaml` does not follow from the one before: the file was edited or cut\n\n"
        "hint: restore the file from version control or a backup; nothing was changed in AWS\n"
    )


def test_a_ledger_of_a_newer_version_is_refused(run: Callable[..., Answer], written: Path) -> None:
    written.write_bytes(written.read_bytes().replace(b"schema: 1", b"schema: 2", 1))

    answer = run("status")

    assert (answer.code, answer.err) == (
        1,
        "error: `ledger.yaml` has schema 2, this version reads up to 1\n\nhint: upgrade lambda-migrate\n",
    )


def test_status_says_where_the_migration_stands(run: Callable[..., Answer], written: Path) -> None:
    answer = run("status")

    at = "2026-01-02T03:04:05.000Z"
    (since,) = re.findall("Time: (.+) since", answer.out)
    assert answer.out == (
        "orders  ·  123456789012 / eu-west-1\n"
        "\n"
        "  ·  1 lift\n"
        "  ·  2 non-API\n"
        "  ·  3 API\n"
        "  ·  4 wrap up\n"
        "\n"
        "Live: all of it on the original version, through the alias\n"
        "\n"
        f"Time: {since} since 2026-01-02 03:04 UTC, the first plan\n"
        "\n"
        f"Not finished: cutover of {at}, 1 of 1 steps are applied\n"
        "  (`lambda-migrate cutover` carries on)\n"
        "  (`lambda-migrate rollback --last` rolls it back)\n"
        "\n"
        "Without an outcome: 01-create_alias\n"
        "  (the next run finds out by looking at AWS)\n"
    )
    assert (answer.code, answer.err) == (0, "\nnext: lambda-migrate cutover\n")


def test_status_at_the_very_beginning(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "migration.yaml").write_text("function: orders\n")

    answer = run("status", "--json")

    assert answer.json["data"] == {
        "function": "orders",
        "account": None,
        "region": None,
        "stages": [
            {"name": name, "state": "open", "detail": ""} for name in ("1 lift", "2 non-API", "3 API", "4 wrap up")
        ],
        "phase": "proxy",
        "live": "",
        "dangling": [],
        "unfinished": None,
        "guard": "",
        "triggers": [],
        "began": None,
        "ended": None,
        "next": ["lambda-migrate doctor", "lambda-migrate init"],
        "held_by": None,
        "torn_bytes": 0,
        "lost_records": 0,
    }


MISTAKES = {
    "unknown key": (
        "function: orders\nalais: live\n",
        "migration.yaml:2 alais: unknown key",
        "did you mean `alias`?",
    ),
    "wrong type": (
        "function: orders\nverify:\n  probes: many\n",
        "migration.yaml:3 verify.probes: input should be a valid integer, not `many`",
        "`lambda-migrate schema` prints every key",
    ),
    "bad URL": (
        "function: orders\nservice:\n  url: orders.example.com\n",
        "migration.yaml:3 service.url: `orders.example.com` is not the URL of a service; write it like https://orders.example.com",
        "`lambda-migrate schema` prints every key",
    ),
    "missing": (
        "alias: live\n",
        "migration.yaml:1 function: is missing",
        "add `function:`; `lambda-migrate schema` prints every key",
    ),
    "no YAML": (
        "function: [\n",
        "migration.yaml:2 is not valid YAML: expected the node content, but found '<stream end>'",
        "look at that line and the one before it",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_configuration_is_named_with_its_line(
    mistake: str, run: Callable[..., Answer], tmp_path: Path
) -> None:
    text, message, hint = MISTAKES[mistake]
    (tmp_path / "migration.yaml").write_text(text)

    refused, examined = run("verify"), run("doctor", "--json")

    assert (refused.code, refused.err) == (2, f"error: {message}\n\nhint: {hint}\n")
    assert examined.code == 3
    assert examined.json["data"]["checks"][0] == {
        "name": "configuration",
        "result": "fail",
        "detail": message,
        "hint": hint,
    }


@pytest.mark.usefixtures("written")
def test_status_of_another_function_is_not_made_up_from_this_ledger(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "migration.yaml").write_text("function: invoices\n")

    answer = run("status")

    assert (answer.code, answer.out) == (4, "")
    assert answer.err == (
        f"error: `ledger.yaml` is about function `{ARN}`, migration.yaml names `invoices`\n\n"
        "hint: check `function` and `ledger` in migration.yaml\n"
    )


def test_another_configuration_can_be_named(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("function: payments\nledger: other-ledger.yaml\n")

    assert run("status", "-c", "other.yaml", "--json").json["data"]["function"] == "payments"
    assert run("history", "-c", "other.yaml", "--json").json["data"]["ledger"] == "other-ledger.yaml"


def test_schema_prints_the_schema(run: Callable[..., Answer]) -> None:
    assert json.loads(run("schema").out) == json_schema()
    assert run("schema", "--json").json["data"]["schema"] == json_schema()


def test_editors_take_the_example_for_right_and_its_mistakes_for_wrong() -> None:
    def mistakes(data: Any) -> list[str]:
        return sorted(error.json_path for error in validator.iter_errors(json.loads(json.dumps(data, default=str))))

    validator = Draft202012Validator(json_schema())
    validator.check_schema(json_schema())
    example = yaml.safe_load((REPOSITORY / "migration.yaml.example").read_text(encoding="utf-8"))

    assert mistakes(example) == []
    assert mistakes({**example, "cutover": {"bake": "soon"}, "servce": {}}) == ["$", "$.cutover.bake"]


def test_doctor_names_a_missing_configuration_once(run: Callable[..., Answer]) -> None:
    answer = run("doctor", "--json")

    (check,) = answer.json["data"]["checks"]
    assert (answer.code, check["name"], check["detail"]) == (3, "configuration", "`migration.yaml` does not exist")


@pytest.mark.parametrize("weights", ["", "ten", "50,10", "10,10", "0,100", "100,110"])
def test_weights_must_rise_to_100_at_most(weights: str, run: Callable[..., Answer]) -> None:
    answer = run("cutover", "--weights", weights)

    problem = f"error: `--weights {weights}` must rise from at least 1 to at most 100"
    assert (answer.code, answer.err) == (2, f"{problem}\n\nhint: write it like `--weights 10,50,100`\n")


def test_a_bake_is_a_duration(run: Callable[..., Answer]) -> None:
    answer = run("cutover", "--bake", "soon")

    assert answer.code == 2
    assert answer.err == (
        "error: `--bake`: `soon` is not a duration; write it like 30s, 15m, 2h or 14d\n\n"
        "hint: for example `--bake 15m`\n"
    )


def test_analyze_closes_the_gate_on_errors(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import os\nfrom fastapi import FastAPI\nfrom mangum import Mangum\n\napp = FastAPI()\n"
        "TABLE = 'real' if 'AWS_LAMBDA_FUNCTION_NAME' in os.environ else 'test'\nhandler = Mangum(app)\n"
    )
    (tmp_path / "requirements.txt").write_text("fastapi==0.165.0\nmangum==0.22.0\n")
    (tmp_path / "migration.yaml").write_text("function: orders\n")

    answer = run("analyze", ".", "--json")
    accepted = "accept:\n  - {rule: LM204, reason: the table is a setting of the service}\n"
    (tmp_path / "migration.yaml").write_text(f"function: orders\n{accepted}")
    after = run("analyze")

    assert answer.code == 3
    assert answer.json["errors"][0]["message"].startswith("1 error, the first in `main.py:6`: LM204 ")
    assert answer.json["errors"][0]["hint"].startswith("`lambda-migrate explain LM204` says why")
    assert after.code == 0
    assert "the table is a setting of the service" in after.out


def test_analyze_counts_by_rule_and_speaks_to_other_tools(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("CACHE = '/tmp/a'\nOTHER = '/tmp/b'\n")

    counted = run("analyze", "--statistics")
    contradiction = run("analyze", "--statistics", "--format", "sarif")

    assert counted.out == run("analyze", "--format", "statistics").out
    assert "2 in    1 file   LM401  warn   tmp-path" in counted.out
    assert json.loads(run("analyze", "--format", "sarif").out)["version"] == "2.1.0"
    assert run("analyze", "--format", "github").out.startswith("::warning file=main.py,line=1,col=9,title=LM401")
    assert (contradiction.code, contradiction.err) == (
        2,
        "error: `--statistics` and `--format sarif` are two formats\n\nhint: give one of them\n",
    )


def test_analyze_wants_a_folder(run: Callable[..., Answer]) -> None:
    answer = run("analyze", "nowhere")

    assert (answer.code, answer.err) == (
        2,
        "error: `nowhere` is not a directory\n\nhint: name the folder of the function's code\n",
    )
