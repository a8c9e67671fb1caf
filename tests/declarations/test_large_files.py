"""Files that are made to take long: readers answer in a moment, or say that they cannot read them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lambda_migrate.declarations import hcl, yaml_text
from lambda_migrate.declarations.hcl_names import Names
from lambda_migrate.declarations.model import Unreadable
from lambda_migrate.declarations.serverless_references import UNKNOWN, References

MANY = 40_000


@pytest.mark.parametrize("piece", ["a = <<X\n", "a[", '"a${', "/*", '"${"', "a[0].b["])
def test_what_does_not_end_is_searched_for_once(piece: str) -> None:
    started = time.process_time()
    hcl.parse(piece * MANY)

    assert time.process_time() - started < 20  # it took minutes


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("inside", ["", "it's a \"quote { [\n", "EOF2\n  EOFX\n"])
@pytest.mark.parametrize("begin", ["<<EOF", "<<-EOF"])
def test_a_heredoc_ends_with_its_mark(begin: str, inside: str, ending: str) -> None:
    text = f"a = {begin}\n{inside}  EOF\nb = 1\nc = <<EOF\nEOF\nd {{\n}}\n".replace("\n", ending)

    assert sorted(hcl.values(text)) == ["a", "b", "c"]
    assert [(each.kind, each.line) for each in hcl.parse(text)] == [("d", 6 + inside.count("\n"))]


@pytest.mark.parametrize("depth", [600, 900, 5000])
def test_json_that_is_nested_too_deeply_is_unreadable(depth: int) -> None:
    with pytest.raises(Unreadable):
        yaml_text.load('{"a":' * depth + "1" + "}" * depth)


def test_names_that_stand_for_many_names_each_are_given_up() -> None:
    texts = "".join(f'  a{at} = "{f"${{local.a{at - 1}}}" * 100}"\n' for at in range(1, 12))
    merged = "".join(f"  b{at} = merge({', '.join([f'local.b{at - 1}'] * 100)})\n" for at in range(1, 12))
    started = time.process_time()
    for name, lines in (("a", texts), ("b", merged)):
        names = Names(hcl.parse(f'locals {{\n  {name}0 = "x"\n{lines}}}\n'), Path())
        names.text(names.known[f"local.{name}4"])
        names.resolved(names.known[f"local.{name}11"])

    assert time.process_time() - started < 30  # it took hours


def test_references_that_stand_for_many_references_each_are_given_up() -> None:
    document: dict[str, object] = {f"a0_{at}": "x" for at in range(8)}
    for depth in range(1, 8):
        text = "".join(f"${{self:a{depth - 1}_{at}}}" for at in range(8))
        document |= {f"a{depth}_{at}": text for at in range(8)}
    started = time.process_time()

    assert References(Path(), document).value(document["a7_0"]) is UNKNOWN
    assert References(Path(), {"a": "${" + "," * 100_000 + "}"}).value("${self:a}") is UNKNOWN
    assert time.process_time() - started < 30
