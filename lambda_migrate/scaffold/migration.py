"""Writes migration.yaml: what `init` has found out, in the words of the configuration."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.scaffold import adapter_settings

if TYPE_CHECKING:
    from lambda_migrate.scaffold.facts import FunctionFacts, Options
    from lambda_migrate.scaffold.survey import Survey


def migration(
    survey: Survey, facts: FunctionFacts, options: Options, *, folder: Path, source: Path | None = None
) -> str:
    """Return the text of migration.yaml.

    Args:
        survey: What was found.
        facts: The function as it is in AWS.
        options: What the user asked for.
        folder: Where the file will be; paths in it are relative to that.
        source: The folder of the code, where the user named one.
    """
    application = survey.application
    lines = [
        "# What lambda-migrate found out about the function, and what it shall do. All keys: migration.yaml.example."
    ]
    lines += [f"function: {_text(facts.name)}"]
    lines += [f"region: {_text(facts.region)}"] if facts.region else []
    lines += [f"account: {_text(facts.account)}"] if facts.account else []
    lines += [f"source: {_text(_relative(source, folder))}"] if source else []
    lines += ["service:", f"  directory: {_text(_relative(options.directory, folder))}"]
    lines += [
        f"  health: {survey.health}",
        f"  readiness: {survey.readiness}",
        "  target:",
        f"    kind: {options.target}",
    ]
    reference = options.signing_keys or f"secretsmanager:lambda-migrate/{facts.name}/signing-keys"
    lines += ["proxy:", f"  signing_keys: {_text(reference)}", f'  lifespan: "{application.lifespan}"']
    if application.base_path or adapter_settings.found_elsewhere(survey.analysis.adapter, application):
        lines += [f"  base_path: {_text(application.base_path)}"]
    if application.text_mime_types:
        lines += [f"  text_mime_types: {json.dumps(list(application.text_mime_types))}"]
    if application.exclude_headers:
        lines += [f"  exclude_headers: {json.dumps(list(application.exclude_headers))}"]
    return "\n".join(lines) + "\n"


def _relative(path: Path | None, folder: Path) -> str:
    return Path(os.path.relpath(path or folder, folder)).as_posix()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
