"""The gate that the analyzer's errors close: `cutover` waits until they are fixed or accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

BREAKS = (
    "import os\nREAL = 'AWS_LAMBDA_FUNCTION_NAME' in os.environ\n\n\n"
    "def handler(event, context):\n    if not REAL:\n        raise RuntimeError('on Lambda only')\n    return 1\n"
)


def test_code_that_breaks_off_lambda_closes_the_gate(user: User, service: str) -> None:
    (user.folder / "code").mkdir()
    (user.folder / "code" / "index.py").write_text(BREAKS)
    user.configure(url=service, extra="source: code\n")
    user("proxy", "deploy", "--yes")

    answer = user("cutover", "--yes")

    assert answer.code == 3
    assert re.search(
        r"\nerror: code-errors: \d+ errors?, the first in `[^`]*code/index.py:\d+`: LM[0-9]{3} .*\n", answer.err
    )
    aliases = user.aws.call("lambda", "list_aliases", FunctionName=user.function)["Aliases"]
    assert [each["Name"] for each in aliases] == ["lambda-migrate"]


def test_commands_that_look_say_what_the_one_that_acts_would_say(user: User, service: str) -> None:
    (user.folder / "code").mkdir()
    (user.folder / "code" / "index.py").write_text(BREAKS)
    user.configure(url=service, extra="source: code\n")
    user("proxy", "deploy", "--yes")

    acted = user("cutover", "--yes", "--json").json["errors"][0]
    tried = user("cutover", "--dry-run", "--json").json
    planned = user("plan", "--phase", "cutover", "--out", "cutover.json", "--json").json
    checks = {check["name"]: check for check in user("doctor", "--json").json["data"]["checks"]}

    said, hint = acted["message"], "`lambda-migrate explain code-errors` says why, and what to do"
    assert said.startswith("code-errors: ")
    assert acted["hint"] == hint
    assert tried["errors"] == [
        {"code": "gate", "gate": "code-errors", "message": said, "hint": f"nothing was changed; {hint}"}
    ]
    assert tried["data"]["plan"]["blockers"] == [said]
    assert planned["errors"][0]["message"] == f"`cutover` of `{user.function}` cannot run yet: {said}"
    assert (planned["errors"][0]["hint"], planned["data"]["plan"]["blockers"]) == (hint, [said])
    assert checks["code"] == {"name": "code", "result": "fail", "detail": said, "hint": hint}


def test_a_saved_plan_keeps_no_gate_that_is_asked_again_when_it_runs(user: User, service: str) -> None:
    (user.folder / "code").mkdir()
    (user.folder / "code" / "index.py").write_text(BREAKS)
    user.configure(url=service, extra="source: code\n")
    user("proxy", "deploy", "--yes")
    closed = user("plan", "--phase", "cutover", "--out", "cutover.json")
    early = user("cutover", "--plan", "cutover.json", "--yes")
    reasons = "accept: [{rule: LM204, reason: both are alike}, {rule: LM006, reason: it is ours}]\n"
    user.configure(url=service, extra=f"source: code\n{reasons}")
    opened = user("cutover", "--plan", "cutover.json", "--dry-run")

    assert (closed.code, early.code, opened.code) == (3, 3, 0)


def test_the_gate_reads_the_lifted_code_where_errors_are_mended(user: User, service: str) -> None:
    text = "import os\nREAL = 'AWS_LAMBDA_FUNCTION_NAME' in os.environ\nif not REAL:\n    raise SystemExit('Lambda')\n"
    adapted = (
        "import corporate\nfrom fastapi import FastAPI\nfrom mangum import Mangum\n"
        "app = FastAPI()\nhandler = Mangum(app)\n"
    )
    (user.folder / "index.py").write_text(text + adapted)
    (user.folder / "requirements.txt").write_text("corporate==1\nfastapi==0.165.0\nmangum==0.22.0\n")
    offline = ("init", user.function, "--source", ".", "--directory", "repository", "--offline", "--no-git", "--yes")
    assert user(*offline).code == 0
    user.configure(url=service, directory="repository")
    user("proxy", "deploy", "--yes")

    refused = user("cutover", "--yes")
    lifted = user.folder / "repository" / "src" / "index.py"
    lifted.write_text(adapted)
    mended = user("cutover")

    assert refused.code == 3
    assert re.search(
        r"\nerror: code-errors: 1 error, the first in `[^`]*repository/src/index.py:3`: LM204 .*\n", refused.err
    )
    assert (mended.code, "LM204" in mended.err) == (2, False)
    assert user("analyze", "--json").json["data"]["root"] == "repository/src"


def test_what_is_accepted_opens_the_gate_and_is_said_with_its_reason(user: User, service: str) -> None:
    (user.folder / "code").mkdir()
    (user.folder / "code" / "index.py").write_text(BREAKS)
    reasons = "accept: [{rule: LM204, reason: both are alike}, {rule: LM006, reason: it is ours}]\n"
    user.configure(url=service, extra=f"source: code\n{reasons}")
    user("proxy", "deploy", "--yes")

    answer = user("cutover")

    assert answer.code == 2
    assert re.search(r"\naccepted \(both are alike\): [^`]*code/index.py:\d+ LM204 runs-on-lambda-gate\n", answer.err)


def test_a_base_path_that_only_the_running_function_knows_closes_a_gate_until_it_is_set(
    user: User, service: str
) -> None:
    (user.folder / "code").mkdir()
    (user.folder / "code" / "index.py").write_text(
        "from fastapi import FastAPI\nfrom mangum import Mangum\nfrom settings import settings\n"
        "app = FastAPI()\nhandler = Mangum(app, api_gateway_base_path=settings.base_path)\n"
    )
    (user.folder / "code" / "settings.py").write_text("settings = object()\n")
    (user.folder / "code" / "requirements.txt").write_text("fastapi==0.165.0\nmangum==0.22.0\n")
    user.configure(url=service, extra="source: code\n")

    refused = user("proxy", "deploy", "--yes")
    planned = user("proxy", "deploy", "--dry-run", "--json").json["data"]["plan"]["blockers"]
    checks = user("doctor", "--json").json["data"]["checks"]

    said = (
        "base-path-unknown: the adapter in `code/index.py:5` has `api_gateway_base_path=settings.base_path`, and "
        '`proxy.base_path` in migration.yaml is not set; `init` looks for it, or set it, to `""` if there is none'
    )
    assert (refused.code, planned) == (3, [said])
    assert said in refused.err
    assert said in [check["detail"] for check in checks if check["name"] == "code"]

    path = user.folder / "migration.yaml"
    unset = path.read_text()
    path.write_text(unset.replace("proxy: {", 'proxy: {base_path: "", ', 1))
    assert user("proxy", "deploy", "--yes").code == 0

    path.write_text(unset)
    rotated = user("proxy", "rotate-key", "--dry-run", "--json").json["data"]["plan"]
    assert said in rotated["blockers"]
