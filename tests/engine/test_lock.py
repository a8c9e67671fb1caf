from __future__ import annotations

import json
import multiprocessing
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.lock import Holder, Lock, boot_id
from lambda_migrate.errors import Locked
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def held_by(path: Path, **changes: object) -> Holder:
    holder = {
        "who": "bob",
        "host": socket.gethostname(),
        "pid": 1,
        "command": "lambda-migrate cutover",
        "since": "2026-03-01T12:00:00Z",
    } | changes
    path.write_text(json.dumps(holder))
    return Holder(**holder)  # type: ignore[arg-type]


def test_a_lock_says_who_where_which_command_and_since_when(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "ledger.lock")
    lock.acquire("lambda-migrate cutover")

    holder = lock.holder()

    assert holder is not None
    assert (holder.host, holder.pid, holder.command, holder.gone) == (
        socket.gethostname(),
        os.getpid(),
        "lambda-migrate cutover",
        False,
    )


def test_a_held_lock_is_refused_with_whom_to_ask(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "ledger.lock")
    held_by(lock.path, host="build-7")

    with pytest.raises(Locked) as caught:
        lock.acquire("lambda-migrate rollback")

    assert (caught.value.message, caught.value.hint) == (
        "`ledger.lock` is held by bob on build-7 (process 1), `lambda-migrate cutover`, since 2026-03-01T12:00:00Z",
        "wait for it; if it is gone for good, `lambda-migrate unlock` evicts it",
    )


def test_a_lock_whose_process_died_on_this_host_is_taken_over(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "ledger.lock")
    dead = held_by(lock.path, pid=dead_process())

    evicted = lock.acquire("lambda-migrate cutover")

    holder = lock.holder()
    assert holder is not None
    assert (evicted, holder.pid) == (dead, os.getpid())


@pytest.mark.parametrize("content", ["", '{"who": "bo', "{}", "[1]"])
def test_a_lock_file_cut_short_by_a_crash_is_taken_over(content: str, tmp_path: Path) -> None:
    lock = Lock(tmp_path / "ledger.lock")
    lock.path.write_text(content)

    assert lock.acquire("lambda-migrate cutover") is None
    assert lock.ours


def test_process_1_of_a_container_that_is_gone_is_taken_over(tmp_path: Path) -> None:
    """It had our process id in a namespace and under a host name of its own, and the same kernel."""
    lock = Lock(tmp_path / "ledger.lock")
    gone = held_by(lock.path, host="3f2a", pid=os.getpid(), boot=boot_id(), space="pid:[1]")

    assert lock.acquire("lambda-migrate cutover") == gone


def test_a_machine_that_was_booted_since_is_taken_over(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "ledger.lock")
    gone = held_by(lock.path, pid=os.getpid(), boot="another")

    assert (gone.gone, lock.acquire("lambda-migrate cutover")) == (True, gone)


def test_a_live_lock_is_not_lost_to_another_namespace_with_the_same_host_name(tmp_path: Path) -> None:
    path = tmp_path / "ledger.lock"
    Lock(path).acquire("lambda-migrate cutover")
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "pid": dead_process(), "space": "pid:[1]"}))  # as it looks from there

    with pytest.raises(Locked):
        Lock(path).acquire("lambda-migrate rollback")
    assert not Holder(**json.loads(path.read_text())).gone


def test_what_is_not_a_file_is_not_a_lock(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ledger.lock")

    with pytest.raises(OSError, match="not a regular file"):
        Lock(tmp_path / "ledger.lock").acquire("lambda-migrate cutover")


def test_releasing_leaves_a_lock_that_somebody_else_took_meanwhile(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "ledger.lock")
    lock.acquire("lambda-migrate cutover")
    other = held_by(lock.path, host="build-7")

    lock.release()

    assert lock.holder() == other


def test_evicting_says_whom_it_evicted(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "ledger.lock")
    bob = held_by(lock.path, host="build-7")

    assert (lock.evict(), lock.holder()) == (bob, None)


@pytest.mark.parametrize("stale", [False, True], ids=["no lock", "a dead run's lock"])
def test_of_many_who_want_the_lock_one_gets_it(tmp_path: Path, stale: bool) -> None:
    context = multiprocessing.get_context("fork")
    path = tmp_path / "ledger.lock"
    if stale:
        held_by(path, pid=dead_process())
    wins, start, done = context.Queue(), context.Event(), context.Event()

    def racer() -> None:
        start.wait()
        try:
            Lock(path).acquire("lambda-migrate cutover")
        except Locked:
            return
        wins.put(os.getpid())
        done.wait(TIMEOUT)  # a winner that exits would leave a dead run's lock to the others

    racers = [context.Process(target=racer) for _ in range(12)]
    for process in racers:
        process.start()
    start.set()
    winner = wins.get(timeout=TIMEOUT)
    for process in racers:
        if process.pid != winner:
            process.join(TIMEOUT)
    done.set()

    assert wins.empty()
    for process in racers:
        process.join(TIMEOUT)
    assert {process.exitcode for process in racers} == {0}


def test_a_holder_comes_with_what_to_do_about_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.lock"

    assert held_by(path).advice == "if it is gone for good, `lambda-migrate unlock` evicts it"
    for pid in (dead_process(), 2**70):
        assert held_by(path, pid=pid).advice == "that process is gone; the next run takes over"


@pytest.mark.parametrize("changes", [{"pid": "1"}, {"pid": None}, {"who": 7}, {"more": "x"}], ids=str)
def test_what_is_no_holder_is_nobody_that_could_be_named(tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "ledger.lock"
    holder = {"who": "bob", "host": "lab", "pid": 1, "command": "cutover", "since": "08:00"} | changes
    path.write_text(json.dumps(holder))

    assert Lock(path).holder() is None
    assert Lock(path).acquire("lambda-migrate cutover") is None
