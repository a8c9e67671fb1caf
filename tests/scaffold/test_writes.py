"""Writing: all or nothing, and over nothing that is the user's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import compare, write
from lambda_migrate.scaffold.templates import Rendered
from lambda_migrate.scaffold.writes import RECORD

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"a.txt": Rendered(b"one\n"), "b/c.txt": Rendered(b"two\n"), "run": Rendered(b"#!/bin/sh\n", executable=True)}


def states(files: dict[str, Rendered], directory: Path) -> dict[str, str]:
    return {each.path: each.state for each in compare(files, directory)}


def contents(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != RECORD
    }


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A folder that `init` has made."""
    directory = tmp_path / "service"
    write(compare(FILES, directory), directory)
    return directory


def test_a_new_folder_gets_every_file(ours: Path) -> None:
    assert contents(ours) == {"a.txt": "one\n", "b/c.txt": "two\n", "run": "#!/bin/sh\n"}
    assert ((ours / "run").stat().st_mode & 0o777, (ours / "a.txt").stat().st_mode & 0o777) == (0o755, 0o644)


def test_planning_writes_nothing(tmp_path: Path) -> None:
    assert states(FILES, tmp_path / "service") == {"a.txt": "created", "b/c.txt": "created", "run": "created"}
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_finds_everything_in_its_place(ours: Path) -> None:
    before = (ours / RECORD).read_bytes()
    assert states(FILES, ours) == {"a.txt": "identical", "b/c.txt": "identical", "run": "identical"}
    assert write(compare(FILES, ours), ours) == ()
    assert (ours / RECORD).read_bytes() == before


def test_what_nobody_touched_is_updated_and_what_the_user_changed_is_kept(ours: Path) -> None:
    (ours / "a.txt").write_text("mine\n")
    (ours / "own.txt").write_text("my own\n")
    newer = {**FILES, "a.txt": Rendered(b"one, newer\n"), "b/c.txt": Rendered(b"two, newer\n"), "d": Rendered(b"new")}
    plan = compare(newer, ours)
    assert {each.path: each.state for each in plan} == {
        "a.txt": "kept",
        "b/c.txt": "changed",
        "d": "created",
        "run": "identical",
    }
    assert plan[0].diff() == "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-mine\n+one, newer\n"
    assert [each.path for each in plan if each.news] == ["a.txt"]
    assert [each.path for each in compare(FILES, ours) if each.news] == []
    assert write(plan, ours) == ("b/c.txt", "d")
    assert contents(ours) == {
        "a.txt": "mine\n",
        "b/c.txt": "two, newer\n",
        "d": "new",
        "own.txt": "my own\n",
        "run": "#!/bin/sh\n",
    }
    assert states(newer, ours)["a.txt"] == "kept"


def test_what_the_user_gives_up_is_overwritten(ours: Path) -> None:
    (ours / "a.txt").write_text("mine\n")
    assert write(compare(FILES, ours), ours, overwrite={"a.txt"}) == ("a.txt",)
    assert states(FILES, ours)["a.txt"] == "identical"


def test_what_is_no_longer_written_goes_unless_the_user_changed_it(ours: Path) -> None:
    (ours / "b/c.txt").write_text("mine\n")
    fewer = {"run": FILES["run"]}
    assert states(fewer, ours) == {"a.txt": "removed", "run": "identical"}
    write(compare(fewer, ours), ours)
    assert contents(ours) == {"b/c.txt": "mine\n", "run": "#!/bin/sh\n"}


def test_a_deleted_file_comes_back(ours: Path) -> None:
    (ours / "a.txt").unlink()
    assert states(FILES, ours)["a.txt"] == "created"


def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(MigrateError, match="is not empty, and `init` has not made it"):
        compare(FILES, tmp_path)


def test_a_folder_that_holds_nothing_but_git_is_as_good_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert set(states(FILES, tmp_path).values()) == {"created"}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "service").write_text("x")
    with pytest.raises(MigrateError, match="is no folder"):
        compare(FILES, tmp_path / "service")


def test_a_link_in_the_place_of_a_file_is_refused(ours: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("x")
    (ours / "a.txt").unlink()
    (ours / "a.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MigrateError, match="it is no plain file"):
        compare(FILES, ours)


def test_a_broken_record_is_told(ours: Path) -> None:
    (ours / RECORD).write_text("[]")
    with pytest.raises(MigrateError, match="cannot be read"):
        compare(FILES, ours)


def test_a_file_that_changed_since_the_plan_stops_the_writing(ours: Path) -> None:
    plan = compare({**FILES, "a.txt": Rendered(b"newer"), "d": Rendered(b"new")}, ours)
    (ours / "a.txt").write_text("mine, just now\n")
    with pytest.raises(MigrateError, match="has changed since it was looked at"):
        write(plan, ours)
    assert contents(ours) == {"a.txt": "mine, just now\n", "b/c.txt": "two\n", "run": "#!/bin/sh\n"}


def test_a_failure_half_way_leaves_nothing_behind(ours: Path) -> None:
    before = (contents(ours), json.loads((ours / RECORD).read_text()))
    newer = {
        **FILES,
        "a.txt": Rendered(b"newer"),
        "new/deep/file.txt": Rendered(b"new"),
        f"z{'z' * 300}": Rendered(b"no file system takes this name"),
    }
    with pytest.raises((MigrateError, OSError)):
        write(compare(newer, ours), ours)
    assert (contents(ours), json.loads((ours / RECORD).read_text())) == before
    assert not (ours / "new").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MigrateError, match="cannot be written: "):
        write(compare(FILES, tmp_path / "file" / "service"), tmp_path / "file" / "service")
