"""ARNs, taken apart and put together."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from lambda_migrate.aws.arn import Arn

PLACE = ("eu-west-1", "123456789012")


@pytest.mark.parametrize(
    ("text", "arn", "name"),
    [
        (
            "arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
            Arn("aws", "lambda", *PLACE, "function:orders:live"),
            "orders:live",
        ),
        ("arn:aws:lambda:eu-west-1:123456789012:layer:own:7", Arn("aws", "lambda", *PLACE, "layer:own:7"), "own:7"),
        ("arn:aws-cn:sqs:eu-west-1:123456789012:orders", Arn("aws-cn", "sqs", *PLACE, "orders"), "orders"),
        ("arn:aws:s3:::bucket/a:b", Arn("aws", "s3", "", "", "bucket/a:b"), "b"),
        ("arn:aws:iam::123456789012:role/x", Arn("aws", "iam", "", "123456789012", "role/x"), "role/x"),
    ],
)
def test_an_arn_is_taken_apart_and_put_together_again(text: str, arn: Arn, name: str) -> None:
    assert (Arn.parse(text), str(arn), arn.name) == (arn, text, name)


@pytest.mark.parametrize("text", ["", "orders", "https://sqs/1/orders"])
def test_what_is_not_an_arn_has_no_parts(text: str) -> None:
    assert Arn.parse(text) == Arn()


@pytest.mark.parametrize("text", ["arn:", "arn:aws", "arn:aws:sqs:eu-west-1"])
def test_parts_that_are_missing_are_empty(text: str) -> None:
    assert Arn.parse(text).resource == ""


def test_a_sibling_is_in_the_same_place() -> None:
    function = Arn("aws", "lambda", *PLACE, "function:orders")

    assert str(function.sibling("kms", "key/*")) == "arn:aws:kms:eu-west-1:123456789012:key/*"


def test_an_arn_leads_to_what_it_belongs_to() -> None:
    subscription = Arn.parse("arn:aws:sns:eu-west-1:123456789012:news:8f1c")
    rule = Arn.parse("arn:aws:events:eu-west-1:123456789012:rule/orders/on-paid")
    role = Arn.parse("arn:aws:iam::123456789012:role/service/orders")

    assert str(subscription.parent) == "arn:aws:sns:eu-west-1:123456789012:news"
    assert (rule.below("rule"), rule.below("connection"), role.last) == ("orders/on-paid", "", "orders")


PACKAGE = Path(__file__).parents[2] / "lambda_migrate"
ALONE = ("aws/arn.py", "proxy/runtime", "inventory/finders/policy_statements.py")
"""The module itself; the standard library alone; patterns of ARNs, in which a star stands for colons too."""


def by_hand(file: Path, root: Path = PACKAGE) -> list[str]:
    """Return where a file takes an ARN apart itself, as far as a name says that it is one."""
    source = file.read_bytes()
    if not (b"arn" in source.lower() and re.search(rb"split|partition", source)):
        return []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        f"{file.relative_to(root)}:{call.lineno}"
        for call in sorted(calls, key=lambda call: call.lineno)
        if isinstance(call.func, ast.Attribute)
        and re.fullmatch(r"r?(split|partition)", call.func.attr)
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and str(call.args[0].value)[:1] in (":", "/")
        and "Arn.parse" not in ast.unparse(call.func.value)
        and re.search(r"(?<![a-z])arn(?![a-z])|Arn\b", ast.unparse(call.func.value).replace("_", " "))
    ]


def test_arns_are_taken_apart_in_one_place() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if not file.relative_to(PACKAGE).as_posix().startswith(ALONE)]

    assert [place for file in files for place in by_hand(file)] == []


def test_taking_one_apart_by_hand_is_seen(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(
        'one = topic_arn.rpartition(":")[2]\ntwo = entry["TopicArn"].split(":")\nthree = warning.split(":")\n'
        'four = Arn.parse(arn).resource.partition("/")\n'
    )

    assert by_hand(tmp_path / "new.py", tmp_path) == ["new.py:1", "new.py:2"]
