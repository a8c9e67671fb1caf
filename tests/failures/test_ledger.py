"""Ledgers that were cut, edited, converted, replaced, or written by a newer version; folders that take no ledger."""

from __future__ import annotations

import ctypes
import random
import re
import resource
import stat
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.record import END
from tests.failures.user import Told, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

BACK = "restore the file from version control or a backup; nothing was changed in AWS"
MERGE = (
    "take one side whole, the one that AWS knows: `git checkout --theirs` or `--ours` and the file's name, then"
    " `lambda-migrate history --verify`; nothing was changed in AWS"
)
READING = (["status"], ["history"], ["history", "--verify"], ["rollback", "--dry-run"])
CHANGING = (["proxy", "deploy", "--yes"], ["rollback", "--yes"])
EDITED = "does not follow from the one before: the file was edited or cut"


def _without(number: int) -> Callable[[list[bytes]], bytes]:
    return lambda records: b"".join(records[: number - 1] + records[number:])


def _last_edited(records: list[bytes]) -> bytes:
    return b"".join(records[:-1]) + b"---\nseq: many\nevent: applied\n...\n"


WRONG: dict[str, tuple[Callable[[list[bytes]], bytes], str]] = {
    "second half": (
        lambda records: b"".join(records)[500:],
        "record 1 of `ledger.yaml` is not a record of lambda-migrate",
    ),
    "a word edited": (
        lambda records: b"".join(records).replace(b"process 1", b"process 9"),
        f"record 4 of `ledger.yaml` {EDITED}",
    ),
    "a record taken out": (_without(4), f"record 4 of `ledger.yaml` {EDITED}"),
    "the last record edited": (_last_edited, "record 7 of `ledger.yaml` is not a record of lambda-migrate"),
    "a merge conflict": (
        lambda records: b"".join([*records, b"<<<<<<< HEAD\n", records[-1], b">>>>>>> main\n"]),
        "record 8 of `ledger.yaml` is a merge conflict of two histories",
    ),
    "own text at the end": (
        lambda records: b"".join(records) + b"---\n# what we did on Monday\n",
        "the end of `ledger.yaml` is not a record of lambda-migrate",
    ),
    "other line ends": (lambda records: b"".join(records).replace(b"\n", b"\r\n"), "`ledger.yaml` is not a ledger"),
    "another file": (lambda _records: b"function: orders\n", "`ledger.yaml` is not a ledger"),
    "another encoding": (
        lambda records: b"".join(records).decode().encode("utf-16"),
        "`ledger.yaml` is not a ledger",
    ),
}


@pytest.fixture
def records(user: User) -> list[bytes]:
    """The records of a ledger of seven, about this user's function."""
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{user.function}"
    identity = Identity("000000000000", "us-east-1", arn)
    with Ledger.open(user.ledger, identity, command="proxy deploy", by="arn:aws:iam::000000000000:root") as ledger:
        for number in range(6):
            ledger.note("evicted", of=f"anna on lab (process {number}), `cutover`, since 2026-03-01T12:00:00Z")
    return [part + END for part in user.ledger.read_bytes().split(END)[:-1]]


@pytest.mark.parametrize("what", WRONG)
def test_a_ledger_that_cannot_be_trusted(what: str, user: User, records: list[bytes]) -> None:
    change, error = WRONG[what]
    user.ledger.write_bytes(change(records))

    for command in (*READING, *CHANGING):
        told = refused(user, *command)
        assert told == Told(1, "ledger", error, MERGE if "merge" in error else BACK), command
    doctor = user("doctor", "--json")
    failed = [check["name"] for check in doctor.json["data"]["checks"] if check["result"] == "fail"]
    assert (doctor.code, failed[0]) == (3, "ledger")


def test_a_ledger_of_a_newer_version(user: User) -> None:
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{user.function}"
    user.write_ledger(account="000000000000", region="us-east-1", function=arn)
    user.ledger.write_bytes(user.ledger.read_bytes().replace(b"schema: 1", b"schema: 2"))

    for command in (*READING, *CHANGING):
        assert refused(user, *command) == Told(
            1, "ledger", "`ledger.yaml` has schema 2, this version reads up to 1", "upgrade lambda-migrate"
        )


def cut_in_half(user: User) -> None:
    assert user("proxy", "deploy", "--yes").code == 0
    whole = user.ledger.read_bytes()
    user.ledger.write_bytes(whole[: whole.index(b"intent\nat", len(whole) // 2)])
    user.ledger.with_suffix(".index").unlink()


def test_a_ledger_that_is_cut_is_written_again_from_the_index_beside_it(user: User) -> None:
    assert user("proxy", "deploy", "--yes").code == 0
    whole = user.ledger.read_bytes()
    user.ledger.write_bytes(whole[: len(whole) * 2 // 3])

    shown, verified = user("status"), user("history", "--verify")
    back = user("rollback", "--yes")

    lacks = r"`ledger.yaml` lacks its last \d+ records: {} run writes what `ledger.index` has of it."
    assert re.search(lacks.format("the next"), " ".join(shown.out.split()))
    assert (verified.code, verified.hint) == (1, "the next command that changes something writes them again")
    assert re.fullmatch(r"`ledger.yaml` ends too early: `ledger.index` has \d+ more", verified.error)
    assert (back.code, user.ledger.read_bytes()[: len(whole)]) == (0, whole), back.err
    assert re.search(lacks.format("this"), " ".join(back.err.split()))


def test_a_torn_record_that_is_dropped_is_said(user: User) -> None:
    assert user("proxy", "deploy", "--yes").code == 0
    count = len(Ledger.read(user.ledger).records)
    with user.ledger.open("ab") as file:
        file.write(f"---\nseq: {count + 1}\nid: 01-".encode())

    back = user("rollback", "--yes")

    told = " ".join(back.err.split())
    assert back.code == 0, told
    assert re.search(r"The last record of `ledger.yaml` was cut short \(\d+ bytes\); it is dropped\.", told)


def test_a_ledger_cut_in_half_lacks_what_aws_knows_of(user: User) -> None:
    cut_in_half(user)
    before = user.shape()

    told = [user(*words) for words in (("proxy", "deploy", "--yes"), ("rollback", "--yes"), ("history", "--verify"))]

    lacks = rf"`ledger.yaml` ends at record \d+, and AWS knows of record \d+ about `{user.function}`"
    assert [(answer.code, bool(re.fullmatch(lacks, answer.error))) for answer in told] == [(1, True)] * 3
    assert user.shape() == before


def test_a_ledger_that_was_deleted_knows_of_no_version_that_aws_shows(user: User) -> None:
    assert user("proxy", "deploy", "--yes").code == 0
    user.client("lambda").update_alias(FunctionName=user.function, Name="lambda-migrate", Description="{}")
    user.ledger.unlink()
    before = user.shape()

    told = user("proxy", "deploy", "--events", "non-api", "--yes")

    assert (told.code, user.shape()) == (1, before)
    assert re.fullmatch(rf"`ledger.yaml` knows nothing of version \d+ of `{user.function}`, which we made", told.error)


def test_where_aws_knows_of_no_record_what_a_cut_ledger_no_longer_knows_is_drift(user: User) -> None:
    """Nobody can tell it from a torn record; but nothing that it no longer speaks of is undone or done again."""
    cut_in_half(user)
    user.client("lambda").update_alias(FunctionName=user.function, Name="lambda-migrate", Description="")
    before = user.shape()

    shown = user("status", "--json").json["data"]
    told = user("proxy", "deploy", "--yes")
    taken_back = user("rollback", "--last", "--yes")

    assert shown["torn_bytes"] > 0
    assert told.code == 5
    assert re.match(r"0\d-(publish_(version|layer)|pin_original) .*: found .* \d", told.error)
    assert (taken_back.code, user.shape()["latest"]) == (0, before["latest"]), taken_back.err
    assert "alias lambda-migrate names it, so that it stays" in " ".join(taken_back.out.split())  # the pin
    assert [version["Description"] for version in before["versions"]][-1] in str(user.shape()["versions"])


def test_whatever_is_done_to_a_ledger_no_command_falls_over_it(user: User, records: list[bytes]) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    dice, whole = random.Random(seed), b"".join(records)

    for _ in range(60):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            place = dice.randrange(len(content))
            what = dice.choice(["flip", "cut", "double", "insert"])
            if what == "flip":
                content[place] ^= 1 << dice.randrange(8)
            elif what == "cut":
                del content[place : place + dice.randint(1, 300)]
            elif what == "double":
                content[place:place] = content[place : place + 200]
            else:
                content[place:place] = dice.choice([b"\n...\n", b"---\n", b"\0", b"- [", b"&a *a", b"!!int x"])
            content = content or bytearray(b"x")
        user.ledger.write_bytes(content)
        for command in (["status"], ["history"]):
            answer = user(*command)
            assert answer.code in (0, 1), (seed, answer.err)
            assert "defect" not in answer.err, (seed, content)
            assert user.ledger.read_bytes() == content


def test_a_ledger_that_is_a_folder(user: User) -> None:
    user.ledger.mkdir()

    for command in (["status"], ["plan"], ["proxy", "deploy", "--yes"]):
        assert refused(user, *command) == Told(
            1, "ledger", "`ledger.yaml` cannot be read: is a directory", "check what it is, and who may read it"
        )


def test_a_ledger_without_a_name(user: User) -> None:
    user.configure(extra="ledger: ''\n")

    assert refused(user, "status").error.startswith("migration.yaml:6 ledger: ")


def as_anybody() -> None:
    """Let the process that is about to start be no more than anybody, even where the tests run as root."""
    secure_bits, no_root = 28, 1
    ctypes.CDLL(None).prctl(secure_bits, no_root, 0, 0, 0)


def test_a_folder_that_may_not_be_written(user: User) -> None:
    user.folder.chmod(0o555)
    try:
        aws = user.aws()
        answer = user.process("proxy", "deploy", "--yes", preexec_fn=as_anybody)
        spoken = user.process("proxy", "deploy", "--yes", "--json", preexec_fn=as_anybody)
    finally:
        user.folder.chmod(0o755)

    assert (answer.code, answer.error) == (1, "`ledger.yaml` cannot be written: permission denied")
    assert answer.hint == (f"check `{user.folder}`, then run the same command again; nothing more was changed in AWS")
    assert spoken.json["errors"][0]["message"] == answer.error
    assert (user.aws(), sorted(user.files())) == (aws, ["migration.yaml"])


def test_a_ledger_that_may_not_be_read(user: User) -> None:
    user.write_ledger(account="000000000000", region="us-east-1", function="x")
    user.ledger.chmod(0)

    answer = user.process("status", preexec_fn=as_anybody)

    assert (answer.code, answer.error) == (1, "`ledger.yaml` cannot be read: permission denied")
    assert stat.S_IMODE(user.ledger.stat().st_mode) == 0


def test_a_configuration_that_may_not_be_read(user: User) -> None:
    (user.folder / "migration.yaml").chmod(0)

    answer = user.process("status", preexec_fn=as_anybody)

    assert (answer.code, answer.error) == (2, "`migration.yaml` cannot be read: permission denied")


@pytest.mark.parametrize("room", [0, 4500])
def test_a_disk_that_is_full(room: int, user: User) -> None:
    """A limit on the size of files stands for it: a write gets through in part, the rest is refused."""

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    answer = user.process("proxy", "deploy", "--yes", preexec_fn=full)

    assert (answer.code, answer.error) == (1, "`ledger.yaml` cannot be written: file too large"), answer.err
    assert "Traceback" not in answer.err
    left = Ledger.read(user.ledger)
    assert [record.seq for record in left.records] == list(range(1, len(left.records) + 1))
    assert left.torn == 0
    assert not (user.folder / "ledger.lock").exists()
    assert user("proxy", "deploy", "--yes").code == 0
