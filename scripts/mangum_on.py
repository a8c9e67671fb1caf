"""Compares the proxy with other versions of Mangum: `python scripts/mangum_on.py 0.17.0 0.12.4 …`.

Each is unpacked below `.mangum/`, and stands in front of the pinned one while `tests/proxy/test_mangum.py` runs: the
same application, under that Mangum and behind the proxy, has to be asked the same and to answer the same, or to deviate
as docs/proxy.md has it. A version that does not know an option fails in the tests of that option.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNPACKED = ROOT / ".mangum"
TESTS = "tests/proxy/test_mangum.py"


def unpacked(version: str) -> Path:
    """Return the folder of a version; it is made if it is not there."""
    folder = UNPACKED / version
    if not folder.exists():
        quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--target", str(folder)]
        command = [sys.executable, "-m", "pip", "install", *quiet, f"mangum=={version}"]
        subprocess.run(command, check=True)  # noqa: S603  # ours
    return folder


def main(versions: list[str]) -> int:
    """Run the tests with each version; return the first exit code that is not 0."""
    codes = []
    for version in versions:
        print(f"== Mangum {version}", flush=True)  # what the tests print follows
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--tb=line", TESTS]
        environ = {**os.environ, "PYTHONPATH": str(unpacked(version))}
        codes.append(subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode)  # noqa: S603  # ours
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
