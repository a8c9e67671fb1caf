"""Processes that outlive whoever started them: found again after any death, and never another one in their place."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_migrate.detached import Noted, Place
from lambda_migrate.errors import Locked, MigrateError
from tests.support.waiting import eventually

pytestmark = pytest.mark.processes  # the program starts them

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STARTS_AND_DIES = """
import os, signal, sys
from pathlib import Path
from lambda_migrate.detached import Place
place = Place(Path(sys.argv[1]), "service")
with place.locked("runs", "stop it") as lock:
    place.start(lock, sys.argv[2:], facts={"port": 7}, folder=Path.cwd(), environment=dict(os.environ))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "state", "service")


def started(place: Place, command: list[str] = SLEEPER) -> subprocess.Popen[bytes]:
    with place.locked("runs", "stop it") as lock:
        return place.start(lock, command, facts={"port": 7}, folder=Path.cwd(), environment=dict(os.environ))


def ended(place: Place, noted: Noted | None) -> bool:
    assert noted
    return place.end(noted, grace=5.0, timeout=10.0)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = Place(tmp_path / "file" / "state", "service")

    with pytest.raises(MigrateError) as refused, place.locked("runs", "stop it"):
        pass
    assert (refused.value.message, refused.value.hint) == (
        f"`{place.folder}` cannot be written: not a directory",
        "let your user write it, or work in another folder",
    )


def test_it_is_found_by_its_own_note_and_ends(place: Place) -> None:
    process = started(place)

    noted = place.noted()

    assert noted
    assert (noted.pid, noted.facts, noted.alive) == (process.pid, {"port": 7}, True)
    with pytest.raises(Locked):
        started(place)
    assert ended(place, noted)
    assert place.noted() is None
    process.wait()


def test_whoever_started_it_is_killed_at_once_and_it_is_found(place: Place, tmp_path: Path) -> None:
    for _ in range(5):
        died = subprocess.run([sys.executable, "-c", STARTS_AND_DIES, str(place.folder), *SLEEPER], check=False)
        noted = place.noted()

        assert died.returncode < 0
        assert noted
        assert noted.facts == {"port": 7}
        assert ended(place, noted)


@pytest.mark.parametrize("note", ["", "{", "null", '{"pid": -1, "born": "", "facts": {}}'])
def test_where_the_note_is_lost_the_process_is_found_by_the_lock_that_it_holds(place: Place, note: str) -> None:
    process = started(place)
    eventually(lambda: place.note.read_text() != "")
    place.note.write_text(note)

    noted = place.noted(seconds=0.0)

    assert noted
    assert (noted.pid, noted.facts) == (process.pid, {})
    assert ended(place, noted)
    process.wait()


def test_a_note_of_another_process_is_never_believed(place: Place) -> None:
    bystander = subprocess.Popen(SLEEPER, start_new_session=True)
    process = started(place)
    eventually(lambda: place.note.read_text() != "")
    place.note.write_text(json.dumps({"pid": bystander.pid, "born": "1", "facts": {"port": 1}}))
    try:
        noted = place.noted(seconds=0.0)

        assert noted
        assert noted.pid == process.pid
        assert place.end(Noted(bystander.pid, "1", {}), grace=0.2, timeout=0.2) is False
        assert bystander.poll() is None
        assert ended(place, noted)
    finally:
        bystander.kill()
        bystander.wait()
        process.wait()


def test_a_stale_note_is_nobodys(place: Place) -> None:
    bystander = subprocess.Popen(SLEEPER)
    process = started(place)
    assert ended(place, place.noted())
    process.wait()
    place.note.write_text(json.dumps({"pid": bystander.pid, "born": "1", "facts": {}}))
    try:
        assert place.noted() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_what_ignores_sigterm_is_killed_with_its_group(place: Place) -> None:
    process = started(place, ["/bin/sh", "-c", "trap '' TERM; sleep 600 & while true; do sleep 1; done"])
    noted = place.noted()

    assert noted
    assert place.end(noted, grace=0.3, timeout=10.0)
    process.wait()
    assert not noted.alive


def test_nobody_else_may_read_what_is_noted_whatever_the_umask(place: Place) -> None:
    before = os.umask(0)
    try:
        process = started(place)
        noted = place.noted()
    finally:
        os.umask(before)

    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (place.folder, *place.folder.iterdir())}
    assert ended(place, noted)
    process.wait()
    assert modes == {"state": 0o700, "service.json": 0o600, "service.lock": 0o600, "service.log": 0o600}
