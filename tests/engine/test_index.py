"""The index beside the ledger: the same answers with it, without it, and with one that is wrong in any way."""

from __future__ import annotations

import contextlib
import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.index import Index, read_line, write_line
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.record import Record, split
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import LedgerBroken
from tests.support import long_ledger
from tests.support.long_ledger import ORDERS

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = 100


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of some hundred records, with its index."""
    path = tmp_path / "ledger.yaml"
    long_ledger.write(path, RECORDS)
    _ = Ledger.read(path).projection
    return path


def opened(path: Path) -> Ledger:
    return Ledger.open(path, ORDERS, command="cutover", by="me")


def told(path: Path) -> tuple[Any, ...]:
    """Everything that a ledger says."""
    ledger = Ledger.read(path)
    known = [
        (run.number, run.closed, run.first, run.applied, run.undone, run.document, run.plan) for run in runs(ledger)
    ]
    return ledger.records, known, ledger.projection.latest, ledger.projection.count, ledger.torn, ledger.lost


def test_with_and_without_the_index_a_ledger_says_the_same(path: Path) -> None:
    fast = told(path)
    index = path.with_suffix(".index").read_bytes()
    path.with_suffix(".index").unlink()
    slow = told(path)

    assert fast == slow
    assert path.with_suffix(".index").read_bytes() == index
    assert index.count(b"\n") == len(fast[0])


def test_each_record_that_is_written_is_in_the_index(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        written = [ledger.note("tried", number=number) for number in range(3)]

    lines = list(Index(path).lines())

    assert [line.record for line in lines if line][1:] == written
    assert Index(path).last == lines[-1]


def test_what_json_cannot_say_is_read_from_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        ledger.note("tried", by_number={1: "one"})

    assert Ledger.read(path).records[-1].note == {"kind": "tried", "by_number": {1: "one"}}
    assert [line.fields for line in Index(path).lines() if line][-1] == b""


def test_any_damage_of_the_index_changes_nothing(path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    whole, index = told(path), path.with_suffix(".index")
    good = index.read_bytes()

    for _ in range(40):
        bad = bytearray(good)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(bad))
            match dice.choice(["flip", "cut", "double", "insert", "empty"]):
                case "flip":
                    bad[place] ^= 1 << dice.randrange(8)
                case "cut":
                    del bad[place : place + dice.randint(1, 5000)]
                case "double":
                    bad[place:place] = bad[place : place + 5000]
                case "insert":
                    bad[place:place] = dice.choice([b"\n", b"\0" * 99, b"0" * 99, b"a b c d\n"])
                case "empty":
                    bad.clear()
            bad = bad or bytearray(b"\n")
        index.write_bytes(bad)
        assert told(path) == whole
        assert index.read_bytes() == good or set(good.splitlines()) <= set(index.read_bytes().splitlines())


@pytest.mark.parametrize("kind", ["folder", "pipe", "nothing"])
def test_an_index_that_is_not_a_file_changes_nothing(path: Path, kind: str) -> None:
    whole, index = told(path), path.with_suffix(".index")
    index.unlink()
    if kind == "folder":
        index.mkdir()
    elif kind == "pipe":
        os.mkfifo(index)

    assert told(path) == whole
    with opened(path) as ledger:
        assert ledger.note("next").seq == len(whole[0]) + 1


def test_a_bit_that_flips_in_the_last_record_is_noticed_by_who_reads_and_who_writes(path: Path) -> None:
    """Or is put right: one that looks like a record cut short is written again from the index."""
    path.unlink()
    long_ledger.write(path, 20)
    whole, records = path.read_bytes(), Ledger.read(path).records
    last, right = len(whole) - len(split(whole)[0][-1]), 0

    for place in range(last, len(whole)):
        for bit in (0, 4):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :])
            read = Ledger.read(path)
            with contextlib.suppress(LedgerBroken):
                assert (read.records, read.lost) == (records, 1)
            with contextlib.suppress(LedgerBroken), opened(path) as ledger:
                assert (ledger.lost, path.read_bytes()) == (1, whole)
                right += 1
    assert right <= 3  # ends of lines alone


def test_it_is_said_which_record_is_not_what_was_written(path: Path) -> None:
    path.write_bytes(b"kind: finishes".join(path.read_bytes().rsplit(b"kind: finished", 1)))
    count = len(split(path.read_bytes())[0])

    with pytest.raises(LedgerBroken) as caught:
        _ = Ledger.read(path).records

    assert (caught.value.message, caught.value.hint) == (
        f"record {count} of `ledger.yaml`, the last one, is not what was written",
        (
            "restore the file from version control or a backup, or, if you replaced it on purpose, delete"
            " `ledger.index`; nothing was changed in AWS"
        ),
    )


def test_records_that_the_ledger_lost_at_its_end_are_read_from_the_index_and_written_again(path: Path) -> None:
    whole, records = path.read_bytes(), Ledger.read(path).records
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    ends = [
        len(whole) - 1,
        len(whole) - 700,
        *(random.Random(seed).randrange(len(whole) // 2, len(whole)) for _ in "123"),
    ]
    for length in ends:
        path.write_bytes(whole[:length])
        left = len(split(whole[:length])[0])

        read = Ledger.read(path)
        assert (read.records, read.lost, path.read_bytes()) == (records, len(records) - left, whole[:length])
        with opened(path) as ledger:
            assert (ledger.lost, ledger.damage != ()) == (len(records) - left, True)
        assert path.read_bytes() == whole


def test_a_ledger_that_was_replaced_by_a_longer_one_is_believed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    long_ledger.write(other, RECORDS * 2)
    path.write_bytes(other.read_bytes())

    assert Ledger.read(path).records == Ledger.read(other).records
    assert path.with_suffix(".index").read_bytes() == other.with_suffix(".index").read_bytes()


def test_a_ledger_that_was_deleted_begins_again(path: Path) -> None:
    path.unlink()

    with opened(path) as ledger:
        assert (len(ledger.records), ledger.lost) == (1, 0)
    assert len(list(Index(path).lines())) == 1


def test_a_line_is_read_back_or_known_to_be_damaged() -> None:
    record = Record(7, "01-x", "note", long_ledger.AT, "me\n", None, "0" * 64, 3, {"kind": "é \ud800", "n": 1.5})
    line = write_line(record, "d" * 64)

    back = read_line(line)

    assert back
    assert (back.seq, back.digest, back.record) == (7, "d" * 64, record)
    for place in range(len(line)):
        assert read_line(line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]) is None
        assert read_line(line[:place]) is None
