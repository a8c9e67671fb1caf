"""How long a command takes before it does anything, against what cannot be avoided: importing typer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lambda_migrate.ledger import Identity, Ledger

ROUNDS = 15
ROOT = Path(__file__).parents[2]
ORDERS = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
BASE = "python -c 'import typer'"
PROGRAM = "import sys; from lambda_migrate.cli import main; sys.exit(main())"


def seconds(command: list[str], folder: Path, environ: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    return time.perf_counter() - began


@pytest.mark.benchmark
def test_help_version_and_status_against_importing_typer(tmp_path: Path) -> None:
    (tmp_path / "migration.yaml").write_text("function: orders\n")
    Ledger.open(tmp_path / "ledger.yaml", ORDERS, command="benchmark", by="me").close()
    program = [sys.executable, "-c", PROGRAM]
    commands = {BASE: [sys.executable, "-c", "import typer"]}
    commands |= {f"lambda-migrate {word}": [*program, word] for word in ("--version", "--help", "status")}
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}
    for command in commands.values():
        seconds(command, tmp_path, environ)

    best = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, command in commands.items():
            best[name] = min(best[name], seconds(command, tmp_path, environ))

    print()
    for name, taken in best.items():
        print(f"{name:<26} {taken * 1000:4.0f} ms   ratio {taken / best[BASE]:.2f}")
