"""A repository of the first version, which held the library's modules, is moved over; what is the user's stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.scaffold import FunctionFacts, Options, from_zip, plan, wired, write
from lambda_migrate.scaffold.manifest import RECORD, Manifest, digest, load
from tests.scaffold.packages import MAIN, zipped

if TYPE_CHECKING:
    from pathlib import Path

FACTS = FunctionFacts("orders", runtime="python3.12", handler="main.handler")
FIRST = {
    "service/main.py": "from .dispatch import Dispatcher\n",
    "service/dispatch.py": "HANDLERS = {}\n",
    "service/lambda_migrate/door.py": "class Door: ...\n",
    "service/handlers.py": '"""Handlers."""\n\nfrom .dispatch import HANDLERS, on\n',
    "tests/test_events.py": "def test() -> None: ...\n",
    "README.md": "# orders\n",
}
MINE = '''"""Handlers."""

from typing import Any

from .context import LambdaContext
from .deliveries.endpoint import Delivery
from .dispatch import HANDLERS, on
from .helpers import accept


@on("sqs")
def orders(event: Any, context: LambdaContext) -> Any:
    from .logs import log_as
    return accept(event)
'''
ADAPTED = (
    MINE.replace("from .context", "from lambda_migrate_service.context")
    .replace("from .deliveries", "from lambda_migrate_service.deliveries")
    .replace("from .dispatch", "from lambda_migrate_service.dispatch")
    .replace("from .logs", "from lambda_migrate_service.logs")
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for path, text in FIRST.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    record = Manifest({path: digest(text.encode()) for path, text in FIRST.items()})
    (folder / RECORD).write_bytes(record.to_bytes())
    return folder


def init(folder: Path) -> dict[str, str]:
    """Run `init`; return the state of each file that was there."""
    writes = plan(from_zip(zipped({"main.py": MAIN})), FACTS, Options(folder, baseline=False))
    write(writes, folder)
    return {each.path: each.state for each in writes if each.before is not None}


def test_what_nobody_touched_goes_and_the_library_comes_as_a_wheel(repository: Path) -> None:
    (repository / "service" / "lambda_migrate" / "__pycache__").mkdir()
    assert init(repository) == {
        "README.md": "changed",
        "service/dispatch.py": "removed",
        "service/handlers.py": "changed",
        "service/lambda_migrate/door.py": "removed",
        "service/main.py": "changed",
        "tests/test_events.py": "removed",
    }
    assert sorted(file.name for file in (repository / "service").iterdir()) == [
        "__init__.py",
        "__main__.py",
        "handlers.py",
        "main.py",
        "settings.py",
    ]
    assert set(init(repository).values()) == {"identical"}


def test_handlers_of_the_user_s_own_are_carried_over_and_stay_the_user_s(repository: Path) -> None:
    (repository / "service" / "handlers.py").write_text(MINE)
    assert init(repository)["service/handlers.py"] == "changed"
    assert (repository / "service" / "handlers.py").read_text() == ADAPTED
    assert init(repository)["service/handlers.py"] == "kept"
    assert (repository / "service" / "handlers.py").read_text() == ADAPTED


@pytest.mark.parametrize("path", ["service/main.py", "service/lambda_migrate/door.py", "tests/test_events.py"])
def test_a_change_that_no_program_can_carry_over_keeps_the_package_whole(repository: Path, path: str) -> None:
    (repository / path).write_text("MINE = 1\n")
    expected = dict.fromkeys(FIRST, "kept")
    assert init(repository) == expected
    assert sorted(file.relative_to(repository).as_posix() for file in (repository / "service").rglob("*.py")) == sorted(
        each for each in FIRST if each.startswith("service/")
    )
    again = init(repository)
    assert again == {**dict.fromkeys(again, "identical"), **expected}
    assert load(repository).files["service/dispatch.py"] == digest(FIRST["service/dispatch.py"].encode())

    (repository / path).unlink()
    after = init(repository)
    assert after["service/dispatch.py"] == "removed"
    assert (repository / "service" / "settings.py").is_file()


def test_it_keeps_every_part_that_it_had(repository: Path) -> None:
    assert wired(repository) == {"api-destination", "sns", "sqs"}
    init(repository)
    assert wired(repository) == frozenset()
    assert wired(repository / "nowhere") == frozenset()


def test_the_user_is_told_which_files_stand_in_the_way(repository: Path) -> None:
    (repository / "service" / "main.py").write_text("MINE = 1\n")
    writes = plan(from_zip(zipped({"main.py": MAIN})), FACTS, Options(repository, baseline=False))
    notes = {each.path: each.note for each in writes if each.note}
    assert notes["service/main.py"].startswith("changed by you, so the first version of the package stays")
    assert notes["service/dispatch.py"] == "stays with the first version"
    assert [each.path for each in writes if each.news] == ["service/main.py"]
