"""What becomes of migration.yaml: made if there is none, else the adapter's settings are carried into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate import scaffold
from lambda_migrate.config.reading import LONGEST
from lambda_migrate.errors import ConfigError
from lambda_migrate.regular_file import create, read_regular, replace

if TYPE_CHECKING:
    from lambda_migrate.scaffold import Survey, Write
    from lambda_migrate.scaffold.writes import State


def plan(path: Path, made: str, survey: Survey, directory: Path) -> tuple[Write, tuple[str, ...]]:
    """Return what would become of migration.yaml, and where it differs from the code.

    Args:
        path: Where it is, or will be.
        made: The text of a new one.
        survey: What the survey found.
        directory: The service's repository, which remembers what was found the last time.

    Raises:
        ConfigError: It cannot be read.
        MigrateError: The repository's record cannot be read.
    """
    path = path.resolve() if path.is_symlink() else path  # a link that is there now is meant, one that comes later not
    try:
        there = read_regular(path, LONGEST) if path.exists() else None
        text = (there or b"").decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{path}` cannot be read: {error}", hint="name another with `--config`") from error
    if not text:
        return scaffold.Write(str(path), made.encode(), "created", there), ()
    written = ("base_path",) if scaffold.found_elsewhere(survey.analysis.adapter, survey.application) else ()
    before = scaffold.record(directory).settings
    carried = scaffold.carry(text, scaffold.settings(survey.application), before, written=written)
    state: State = "identical" if carried.text == text else "changed"
    return scaffold.Write(str(path), carried.text.encode(), state, text.encode()), carried.notes


def write(planned: Write) -> None:
    """Write migration.yaml, in full or not at all.

    Raises:
        ConfigError: It cannot be written; the service's repository is.
    """
    if planned.state == "identical":
        return
    path = Path(planned.path)
    try:
        if planned.before is None:
            create(path, planned.content)
        else:
            _require_unmoved(path, planned.before)
            replace(path, planned.content, path.stat().st_mode & 0o777)
    except FileExistsError as error:
        raise ConfigError(f"`{planned.path}` has changed since it was looked at", hint="run `init` again") from error
    except OSError as error:
        raise ConfigError(
            f"`{planned.path}` cannot be written: {error.strerror}", hint="name another with `--config`"
        ) from error


def _require_unmoved(path: Path, before: bytes) -> None:
    """Refuse a file that is another one now, or a link.

    Raises:
        FileExistsError: It is.
    """
    if path.is_symlink() or read_regular(path, LONGEST) != before:
        raise FileExistsError


def summary(planned: Write) -> str:
    """Return what became of it, for the last line of `init`."""
    done = {"created": "wrote", "changed": "changed"}.get(planned.state, "kept")
    return f"{done} `{planned.path}`"
