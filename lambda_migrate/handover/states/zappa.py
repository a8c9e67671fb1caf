"""Zappa's settings, from which it makes the names of what it deploys: https://github.com/zappa/Zappa."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lambda_migrate.handover.states.model import FUNCTION, Managed, dictionary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOOL = "zappa"
FILES = ("zappa_settings.json",)


def read(path: Path, text: str) -> Iterator[Managed]:
    """Yield the function of each stage, by its name; a stage may take over what another one says.

    Raises:
        ValueError: It is not JSON.
    """
    stages = {str(name): dictionary(each) for name, each in dictionary(json.loads(text)).items()}
    for name, stage in stages.items():
        base = stages.get(str(stage.get("extends", "")), {})
        project = stage.get("lambda_name") or stage.get("project_name") or base.get("project_name") or path.parent.name
        function = str(project) if stage.get("lambda_name") else f"{project}-{name}"
        yield Managed(f"stage {name}", FUNCTION, _slug(function), by_name=True)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
