"""`python -m venv FOLDER` for a machine without a network: pip, and what the requirements of this folder need.

The packages are those of the tests' own environment, linked one by one. So pip finds every requirement satisfied if its
pin is right, and a package that the requirements do not lead to is missing as it would be elsewhere.
"""

from __future__ import annotations

import shlex
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

from tests.scaffold.empty_environment import link, needed

PROJECT = Path(__file__).parents[2]
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
SCRIPT = """\
#!{python}
import sys
from {module} import {attribute}
sys.exit({attribute}())
"""
WRAPPER = """\
#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
  shift 2
  PYTHONPATH={project} exec {python} -m {module} "$@"
fi
exec {python} "$@"
"""


def python(path: Path) -> Path:
    """Write a program that stands for `python`, whose `-m venv` needs no network, and return its path."""
    words = {"project": PROJECT, "python": sys.executable, "module": "tests.scaffold.offline_environment"}
    path.write_text(WRAPPER.format(**{name: shlex.quote(str(word)) for name, word in words.items()}))
    path.chmod(0o755)
    return path


def create(folder: Path, requirements: Path) -> None:
    """Make an environment that holds what the requirements of a folder lead to, and pip."""
    venv.create(folder, symlinks=True)
    programs = folder / "bin"
    (site,) = folder.glob("lib/python*/site-packages")
    lines = [line for name in REQUIREMENTS for line in (requirements / name).read_text().splitlines()]
    for name in {"pip", *needed([line for line in lines if line and line[0].isalnum() and "file:" not in line])}:
        link(name, site, programs)
        for entry in distribution(name).entry_points.select(group="console_scripts"):
            words = {"python": (programs / "python").absolute(), "module": entry.module, "attribute": entry.attr}
            (programs / entry.name).write_text(SCRIPT.format(**words))
            (programs / entry.name).chmod(0o755)


if __name__ == "__main__":
    create(Path(sys.argv[1]), Path.cwd())
