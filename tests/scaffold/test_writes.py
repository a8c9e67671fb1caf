"""Writing: all or nothing, and over nothing that is the user's."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import compare, unfinished, write
from lambda_migrate.scaffold.atomic_write import Staging
from lambda_migrate.scaffold.manifest import RECORD, STAGING, Manifest, digest
from lambda_migrate.scaffold.templates import Rendered

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
    assert states(fewer, ours) == {"a.txt": "removed", "b/c.txt": "kept", "run": "identical"}
    assert [(each.path, each.diff()) for each in compare(fewer, ours) if each.obsolete] == [("b/c.txt", "")]
    write(compare(fewer, ours), ours)
    assert states(fewer, ours) == {"run": "identical"}
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
    with pytest.raises(MigrateError, match="is not a directory"):
        compare(FILES, tmp_path / "service")


def test_a_link_in_the_place_of_a_file_is_refused(ours: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("x")
    (ours / "a.txt").unlink()
    (ours / "a.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MigrateError, match="it is not a plain file"):
        compare(FILES, ours)


def test_a_link_or_a_file_in_the_place_of_a_folder_is_refused(ours: Path, tmp_path: Path) -> None:
    (ours / "b").rename(tmp_path / "elsewhere")
    (ours / "b").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MigrateError, match=r"`.*/b` is in the way: it is not a plain directory"):
        compare(FILES, ours)
    (ours / "b").unlink()
    (ours / "b").write_text("x")
    with pytest.raises(MigrateError, match=r"`.*/b` is in the way: it is not a plain directory"):
        compare(FILES, ours)


def test_a_link_that_comes_between_plan_and_writing_is_not_followed(ours: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    writes = compare({"d/e.txt": Rendered(b"new\n")}, ours)
    (ours / "d").symlink_to(elsewhere)

    with pytest.raises(MigrateError, match="is in the way: it is not a plain directory"):
        write(writes, ours)

    assert list(elsewhere.iterdir()) == []


def test_a_record_that_leads_out_removes_nothing(ours: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    (ours / RECORD).write_bytes(Manifest({"../mine": digest(b"x"), str(tmp_path / "mine"): digest(b"x")}).to_bytes())
    assert "removed" not in states(FILES, ours).values()


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


NEWER = {"a.txt": Rendered(b"newer\n"), "d/e.txt": Rendered(b"new\n"), "run": FILES["run"]}


@pytest.mark.parametrize("changes", range(6))
def test_a_run_that_is_killed_is_carried_on_by_the_next(changes: int, ours: Path) -> None:
    class Killed(Staging):
        def apply(self) -> None:
            del self._ready[changes:]
            super().apply()
            raise ProcessLookupError

        def __exit__(self, *_ignored: object) -> None:
            """Leave everything as it is."""

    before = {path: file.content.decode() for path, file in FILES.items()}
    after = {path: file.content.decode() for path, file in NEWER.items()}
    with pytest.raises(ProcessLookupError):
        write(compare(NEWER, ours), ours, staging=Killed)
    left = contents(ours)
    assert all(text in (before.get(path), after.get(path)) for path, text in left.items() if STAGING not in path)

    plan = compare(NEWER, ours)

    assert "kept" not in {each.state for each in plan}
    assert unfinished(ours)
    write(plan, ours)
    assert not unfinished(ours)
    assert contents(ours) == after
    assert set(states(NEWER, ours).values()) == {"identical"}


def test_a_new_folder_that_was_left_by_a_killed_run_is_as_good_as_empty(tmp_path: Path) -> None:
    (tmp_path / "service" / STAGING).mkdir(parents=True)
    (tmp_path / "service" / STAGING / "0.new").write_text("half")
    write(compare(FILES, tmp_path / "service"), tmp_path / "service")
    assert sorted(each.name for each in (tmp_path / "service").iterdir()) == [RECORD, "a.txt", "b", "run"]


def test_a_full_disk_is_met_before_anything_has_changed(ours: Path) -> None:
    class Full(Staging):
        def put(self, path: str, content: bytes, *, executable: bool = False) -> None:
            if path == "d/e.txt":
                raise OSError(errno.ENOSPC, "No space left on device")
            super().put(path, content, executable=executable)

    before = (contents(ours), (ours / RECORD).read_bytes())
    with pytest.raises(MigrateError, match="cannot be written: No space left on device") as caught:
        write(compare(NEWER, ours), ours, staging=Full)
    assert caught.value.hint == "let your user write it, or make room; nothing was left half-written"
    assert (contents(ours), (ours / RECORD).read_bytes()) == before


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt(), OSError(errno.EIO, "Input/output error")])
def test_a_stop_half_way_takes_everything_back(stopped_by: BaseException, ours: Path) -> None:
    class Stopped(Staging):
        def apply(self) -> None:
            del self._ready[3:]
            super().apply()
            raise stopped_by

    newer = {"b/new/file.txt": Rendered(b"new"), "run": Rendered(b"other"), "z.txt": Rendered(b"never")}
    before = (contents(ours), (ours / RECORD).read_bytes(), (ours / "run").stat().st_mode)
    with pytest.raises((KeyboardInterrupt, MigrateError)):
        write(compare(newer, ours), ours, staging=Stopped)
    assert (contents(ours), (ours / RECORD).read_bytes(), (ours / "run").stat().st_mode) == before
    assert not (ours / "b/new").exists()


def test_what_cannot_be_looked_at_is_told(ours: Path) -> None:
    with pytest.raises(MigrateError, match=r"`.*zzz` cannot be looked at: File name too long"):
        compare({"z" * 300: Rendered(b"no file system takes this name")}, ours)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MigrateError, match="cannot be written: "):
        write(compare(FILES, tmp_path / "file" / "service"), tmp_path / "file" / "service")
