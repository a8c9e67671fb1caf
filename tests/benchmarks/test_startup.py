"""How long a command takes before it does anything, against what cannot be avoided: importing typer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lambda_migrate.engine.ledger import Identity, Ledger

ROUNDS = 25
ROOT = Path(__file__).parents[2]
PLANS = ROOT / "tests" / "golden" / "plans"
ORDERS = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
BASE = "python -c 'import typer'"
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
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    return time.perf_counter() - began


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
