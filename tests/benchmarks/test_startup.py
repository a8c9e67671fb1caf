"""How long a command takes before it does anything, against what cannot be avoided: importing typer."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_migrate.engine.ledger import Identity, Ledger

ROUNDS = 25
ROOT = Path(__file__).parents[2]
PLANS = ROOT / "tests" / "golden" / "plans"
ORDERS = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
BASE = "python -c 'import typer'"
BUDGETS = {"--version": 1.3, "--help": 1.3, "status": 1.6}
"""How many times what importing typer takes; `status` reads YAML and the ledger besides."""
PROGRAM = "import sys; from lambda_migrate.__main__ import run; sys.exit(run())"
PHASES = (
    "proxy-of-a-fresh-function",
    "first-cutover",
    "proxy-of-a-fresh-function",
    "cutover-of-half-a-canary",
    "direct",
    "retire",
)


def seconds(command: list[str], folder: Path, environ: dict[str, str]) -> float:
    """Return what a command takes of the processor: other programs that are at work stretch the clock's time alone."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def begun(folder: Path) -> Path:
    """Make a migration of which nothing was done yet, and return its folder."""
    folder.mkdir()
    (folder / "migration.yaml").write_text("function: orders\n")
    Ledger.open(folder / "ledger.yaml", ORDERS, command="benchmark", by="me").close()
    return folder


def ended(folder: Path) -> Path:
    """Make a migration that went all the way, with every setting in its configuration, and return its folder."""
    folder.mkdir()
    shutil.copy(ROOT / "migration.yaml.example", folder / "migration.yaml")
    by = "arn:aws:sts::123456789012:assumed-role/Developer/alice"
    with Ledger.open(folder / "ledger.yaml", ORDERS, command="benchmark", by=by) as ledger:
        for phase in PHASES:
            plan = json.loads((PLANS / f"{phase}.json").read_text())
            run = ledger.note("plan", plan=plan).seq
            for step in plan["steps"]:
                ledger.append("intent", id=step["id"], run=run, action=step["action"])
                ledger.append("applied", id=step["id"], run=run)
                if step.get("gated"):
                    ledger.note("verdict", run=run, id=step["id"], result="pass", reasons=["300 invocations, 0 errors"])
            ledger.note("finished", run=run)
    return folder


@pytest.mark.benchmark
def test_help_version_and_status_against_importing_typer(tmp_path: Path) -> None:
    fresh, long = begun(tmp_path / "begun"), ended(tmp_path / "ended")
    records = (long / "ledger.yaml").read_bytes().count(b"\n...\n")
    program = [sys.executable, "-c", PROGRAM]
    commands = {
        BASE: ([sys.executable, "-c", "import typer"], fresh),
        "--version": ([*program, "--version"], fresh),
        "--help": ([*program, "--help"], fresh),
        "status, 1 record": ([*program, "status"], fresh),
        f"status, {records} records": ([*program, "status"], long),
    }
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}
    for command, folder in commands.values():
        seconds(command, folder, environ)

    best = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, (command, folder) in commands.items():
            best[name] = min(best[name], seconds(command, folder, environ))

    print()
    for name, taken in best.items():
        print(f"{name:<26} {taken * 1000:4.0f} ms   ratio {taken / best[BASE]:.2f}")
    ratios = {name: taken / best[BASE] for name, taken in best.items() if name != BASE}
    over = {name: round(ratio, 2) for name, ratio in ratios.items() if ratio > BUDGETS[name.partition(",")[0]]}
    assert over == {}
