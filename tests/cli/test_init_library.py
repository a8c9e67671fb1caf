"""`init` again brings a newer service library, and says what is new in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.scaffold import service_wheel
from lambda_migrate.scaffold.manifest import RECORD, digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.screen import Answer

pytestmark = pytest.mark.processes  # `init` formats what it writes

SOURCE = Path(__file__).parents[2] / "lambda_migrate" / "sandbox" / "orders"


def test_a_newer_library_takes_the_place_of_the_older_one(run: Callable[..., Answer], tmp_path: Path) -> None:
    lift = ("init", "orders", "--source", str(SOURCE), "--offline", "--no-git", "--yes")
    run(*lift)
    wheel, repository = service_wheel.build(), tmp_path / "service"
    older = f"vendor/{service_wheel.IMPORT_NAME}-0.9.0-py3-none-any.whl"
    title = wheel.changelog.partition("\n## ")[0]
    (repository / wheel.path).rename(repository / older)
    (repository / service_wheel.CHANGELOG).write_text(title)
    record = json.loads((repository / RECORD).read_text())
    record["files"][older] = record["files"].pop(wheel.path)
    record["files"][service_wheel.CHANGELOG] = digest(title.encode())
    (repository / RECORD).write_text(json.dumps(record))

    shown = run(*lift, "--dry-run").out
    run(*lift)

    assert "New in the library in vendor/:\n\n## " + wheel.changelog.partition("\n## ")[2].strip() in shown
    assert [file.name for file in repository.glob("vendor/*.whl")] == [Path(wheel.path).name]
    assert "New in the library" not in run(*lift, "--dry-run").out


def test_what_is_added_is_wired_and_stays(run: Callable[..., Answer], tmp_path: Path) -> None:
    lift = ("init", "orders", "--source", str(SOURCE), "--offline", "--no-git", "--yes")
    main, needed = tmp_path / "service" / "service" / "main.py", tmp_path / "service" / "requirements.txt"

    def wired() -> list[bool]:
        text = main.read_text()
        return ["Polling.read(" in text, "Sns.read(" in text, "cryptography" in needed.read_text()]

    run(*lift)
    seen = [wired()]
    for more in (("--add", "sqs"), (), ("--add", "sns")):
        assert run(*lift, *more).code == 0
        seen.append(wired())
    assert seen == [[False] * 3, [True, False, False], [True, False, False], [True] * 3]

    wrong = run(*lift, "--add", "kafka")
    assert (wrong.code, "kafka" in wrong.err) == (2, True)
