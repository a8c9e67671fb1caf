"""Installs the built wheels into an empty environment and lets them speak: version, help, the whole demo.

``python scripts/check_wheel.py dist [--without-demo]``
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path


def wheel(folder: Path, name: str) -> Path:
    """Return the only wheel of a package in a folder.

    Raises:
        SystemExit: There is none, or several.
    """
    wheels = sorted(folder.glob(f"{name}-*.whl"))
    if len(wheels) != 1:
        sys.exit(f"error: {len(wheels)} wheels of `{name}` in `{folder}`, one is expected")
    return wheels[0].resolve()


def check(folder: Path, *, demo: bool) -> None:
    """Install both wheels where nothing else is, and run the program from there.

    Raises:
        CalledProcessError: Something does not work.
    """
    tool, library = wheel(folder, "lambda_migrate"), wheel(folder, "lambda_migrate_service")
    with tempfile.TemporaryDirectory(prefix="lambda-migrate-wheel-") as place:
        environment = Path(place) / "environment"
        venv.create(environment, with_pip=True)
        programs = environment / "bin"
        print(f"installing {tool.name} and {library.name} into an empty environment")
        install = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*map(str, install), f"{tool}[sandbox]", str(library)], check=True)  # noqa: S603  # our own wheels
        for words in (["--version"], ["--help"], ["schema"], *([["demo"]] if demo else [])):
            print(f"$ lambda-migrate {' '.join(words)}", flush=True)
            out = None if words == ["demo"] else subprocess.DEVNULL
            subprocess.run([programs / "lambda-migrate", *words], check=True, cwd=place, stdout=out)  # noqa: S603
        subprocess.run([programs / "python", "-c", "import lambda_migrate_service"], check=True, cwd=place)  # noqa: S603


if __name__ == "__main__":
    check(Path(sys.argv[1]), demo="--without-demo" not in sys.argv)
