"""What `init` takes of a function of 50,000 files: seconds of the processor, and megabytes, next to a tenth of them.

The aim is 20 s and 200 MB. Seconds are printed; asserted is that a file costs no more where there are ten times as
many.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MANY, FEW = 50_000, 5_000
MEGABYTES = 200.0
MOST_A_FILE = 2.0
"""How many times as much a file may cost; folders of files grow a little slower to work with."""

APPLICATION = """
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()
handler = Mangum(app)
"""
MODULE = '''
import json

NUMBER = {number}


def total(rows):
    """Add up."""
    return sum(row["amount"] for row in rows) + NUMBER
'''
COMMAND = """
import sys
from lambda_migrate.__main__ import run
sys.argv = ["lambda-migrate", "init", "orders", "--source", "code", "--handler", "main.handler", "--offline", "--yes"]
sys.exit(run())
"""
FROM_ZIP = """
from pathlib import Path
from lambda_migrate import scaffold
source = scaffold.from_zip(Path("code.zip").read_bytes())
facts = scaffold.FunctionFacts("orders", runtime="python3.12", handler="main.handler")
options = scaffold.Options(Path("service"), "url")
scaffold.write(scaffold.plan(source, facts, options), Path("service"))
"""
MEASURED = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, "-c", sys.argv[1]], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(code)
"""


class Cost(NamedTuple):
    """What a run took: seconds of the processor, of all its processes, and megabytes of the largest."""

    seconds: float
    megabytes: float


def files(count: int) -> dict[str, str]:
    """Return a function of so many files, by path."""
    modules = {
        f"package_{number % 200}/module_{number}.py": MODULE.format(number=number) for number in range(count - 2)
    }
    return {"main.py": APPLICATION, "requirements.txt": "fastapi==0.115.0\nmangum==0.19.0\n", **modules}


def cost(folder: Path, program: str) -> Cost:
    done = subprocess.run(  # this very Python
        [sys.executable, "-c", MEASURED, program], cwd=folder, capture_output=True, text=True, check=True
    )
    return Cost(*map(float, done.stdout.split()))


def of_a_folder(folder: Path, count: int) -> Cost:
    for path, text in files(count).items():
        target = folder / "code" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return cost(folder, COMMAND)


def of_a_zip(folder: Path, count: int) -> Cost:
    folder.mkdir()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files(count).items():
            archive.writestr(path, text)
    (folder / "code.zip").write_bytes(content.getvalue())
    return cost(folder, FROM_ZIP)


@pytest.mark.benchmark
@pytest.mark.timeout(900)
def test_init_of_many_files(tmp_path: Path) -> None:
    kinds = {"folder": of_a_folder, "zip": of_a_zip}

    costs = {
        kind: (measured(tmp_path / f"{kind} few", FEW), measured(tmp_path / f"{kind} many", MANY))
        for kind, measured in kinds.items()
    }

    for kind, (few, many) in costs.items():
        a_file = many.seconds / few.seconds / (MANY / FEW)
        print(f"\ninit of {MANY:,} files, {kind}: {many.seconds:.1f} s, {many.megabytes:.0f} MB; {a_file:.2f} x a file")
        assert a_file < MOST_A_FILE
        assert many.megabytes < MEGABYTES
