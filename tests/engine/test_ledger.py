from __future__ import annotations

import contextlib
import hashlib
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_migrate.engine.ledger import Identity, Ledger, lock_of
from lambda_migrate.engine.record import Record, decode, encode, split
from lambda_migrate.errors import LedgerBroken, Locked, NotAllowed

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ME = "arn:aws:iam::123456789012:user/alice"


def opened(path: Path, identity: Identity = ORDERS) -> Ledger:
    ledger = Ledger.open(path, identity, command="lambda-migrate cutover", by=ME)
    ledger.clock = lambda: NOON
    return ledger


def test_the_first_record_pins_schema_account_region_and_function(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"

    opened(path).close()

    records = Ledger.read(path).records
    assert [(record.seq, record.event, record.note, record.prev) for record in records] == [
        (
            1,
            "note",
            {
                "kind": "opened",
                "schema": 1,
                "account": "123456789012",
                "region": "eu-west-1",
                "function": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
            },
            "",
        )
    ]


def test_a_record_reads_as_plain_yaml_closed_with_dots(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        ledger.append("intent", id="01-create_alias", run=1, action={"kind": "create_alias", "alias": "live"})

    documents, rest = split(path.read_bytes())
    previous = hashlib.sha256(documents[0]).hexdigest()
    assert rest == b""
    assert documents[1].decode() == (
        "---\n"
        "seq: 2\n"
        "id: 01-create_alias\n"
        "event: intent\n"
        "at: '2026-03-01T12:00:00.000Z'\n"
        f"by: {ME}\n"
        "action:\n"
        "  kind: create_alias\n"
        "  alias: live\n"
        f"prev: {previous}\n"
        "run: 1\n"
        "...\n"
    )


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        written = [ledger.note("tried", number=number) for number in range(5)]

    assert Ledger.read(path).records[1:] == written


def test_a_torn_last_record_is_dropped_at_any_byte(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        for number in range(3):
            ledger.note("tried", number=number, text="a line\nand ... another\n...\nend")
    whole = path.read_bytes()
    documents, _ = split(whole)
    ends = [len(b"".join(documents[: count + 1])) for count in range(len(documents))]

    for length in range(len(documents[0]), len(whole)):
        path.write_bytes(whole[:length])
        path.with_suffix(".index").unlink()
        complete = sum(end <= length for end in ends)
        with opened(path) as ledger:
            assert len(ledger.records) == complete
            ledger.note("after")
        assert [record.seq for record in Ledger.read(path).records] == list(range(1, complete + 2))


def test_reading_ignores_a_torn_tail_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    opened(path).close()
    torn = path.read_bytes() + b"---\nseq: 2\nid: 01-cre"
    path.write_bytes(torn)

    ledger = Ledger.read(path)

    assert ([record.seq for record in ledger.records], ledger.torn, path.read_bytes()) == ([1], 21, torn)


@pytest.mark.parametrize("start", ["-", "--", "---", "---\nseq"])
def test_a_crash_inside_the_very_first_record_leaves_a_ledger_that_begins_again(tmp_path: Path, start: str) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text(start)

    with opened(path) as ledger:
        assert [record.seq for record in ledger.records] == [1]


def test_an_edited_record_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        ledger.note("tried", number=1)
        ledger.note("tried", number=2)
    path.write_text(path.read_text().replace("number: 1", "number: 7"))

    with pytest.raises(LedgerBroken) as caught:
        _ = Ledger.read(path).records

    assert caught.value.message == (
        "record 3 of `ledger.yaml` does not follow from the one before: the file was edited or cut"
    )


def test_a_record_taken_from_the_middle_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        ledger.note("tried", number=1)
        ledger.note("tried", number=2)
    documents, _ = split(path.read_bytes())
    path.write_bytes(documents[0] + documents[2])

    with pytest.raises(LedgerBroken) as caught:
        _ = Ledger.read(path).records

    assert caught.value.message == (
        "record 2 of `ledger.yaml` does not follow from the one before: the file was edited or cut"
    )


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text("dear diary\n")

    with pytest.raises(LedgerBroken) as caught:
        opened(path)

    assert (caught.value.message, path.read_text()) == ("`ledger.yaml` is not a ledger", "dear diary\n")


def test_a_newer_schema_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    opened(path).close()
    path.write_text(path.read_text().replace("schema: 1", "schema: 2"))

    with pytest.raises(LedgerBroken) as caught:
        _ = Ledger.read(path).records

    assert (caught.value.message, caught.value.hint) == (
        "`ledger.yaml` has schema 2, this version reads up to 1",
        "upgrade lambda-migrate",
    )


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        (
            Identity("999999999999", ORDERS.region, ORDERS.function),
            "`ledger.yaml` is about account `123456789012`, this run is about `999999999999`",
        ),
        (
            Identity(ORDERS.account, "us-east-1", ORDERS.function),
            "`ledger.yaml` is about region `eu-west-1`, this run is about `us-east-1`",
        ),
        (
            Identity(ORDERS.account, ORDERS.region, "arn:other"),
            f"`ledger.yaml` is about function `{ORDERS.function}`, this run is about `arn:other`",
        ),
    ],
    ids=["account", "region", "function"],
)
def test_a_ledger_of_something_else_is_refused_and_the_lock_let_go(
    tmp_path: Path, identity: Identity, message: str
) -> None:
    path = tmp_path / "ledger.yaml"
    opened(path).close()
    before = path.read_bytes()

    with pytest.raises(NotAllowed) as caught:
        opened(path, identity)

    assert (caught.value.message, path.read_bytes(), lock_of(path).holder()) == (message, before, None)


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"

    with opened(path), pytest.raises(Locked):
        opened(path)


def test_a_ledger_opened_to_read_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(LedgerBroken):
        Ledger.read(tmp_path / "ledger.yaml").note("tried")


def test_opening_finds_the_last_record_of_a_long_ledger_behind_many_blocks(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        ledger.note("large", text="x" * 300_000)
        ledger.note("small")

    with opened(path) as ledger:
        assert ledger.note("next").seq == 4
    assert [record.seq for record in Ledger.read(path).records] == [1, 2, 3, 4]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, print_blob=True)
@given(note=st.dictionaries(texts, values, max_size=4), name=texts)
def test_any_record_survives_and_never_looks_like_two(note: dict[str, object], name: str) -> None:
    record = Record(3, name, "note", "2026-03-01T12:00:00.000Z", ME, None, "0" * 64, 0, note)

    content = encode(record)

    assert (split(content), decode(content, "it")) == (([content], b""), record)


def test_a_random_bit_that_flips_is_noticed_or_makes_no_difference(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    path = tmp_path / "ledger.yaml"
    with opened(path) as ledger:
        for number in range(4):
            ledger.note("tried", number=number)
    whole = path.read_bytes()
    records = Ledger.read(path).records
    last = len(whole) - len(split(whole)[0][-1])

    for _ in range(300):
        place = dice.randrange(last)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :])
        with contextlib.suppress(LedgerBroken):
            assert Ledger.read(path).records == records
