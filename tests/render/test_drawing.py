"""Columns, paragraphs, trees and pages: by the cells that characters take, and without cutting what is copied."""

from __future__ import annotations

import pytest

from lambda_migrate.render.drawing import columns, hanging, page, paragraph, tree
from lambda_migrate.render.terminal import Paint

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"
PAINT = Paint(colour=True)


def test_columns_line_up_and_colours_take_no_room() -> None:
    rows = [(PAINT("✓", "green"), "alias", "live"), ("!", PAINT("triggers", "bold"), "four of them")]

    assert columns(rows, 80) == [
        f"  {PAINT('✓', 'green')}  alias     live",
        f"  !  {PAINT('triggers', 'bold')}  four of them",
    ]


def test_columns_line_up_by_cells_and_not_by_characters() -> None:
    rows = [("注文", "two wide characters"), ("🚀🚀", "two pictures"), ("👩‍💻", "one"), ("é", "one"), ("abcd", "four")]

    assert columns(rows, 80, indent=0) == [
        "注文  two wide characters",
        "🚀🚀  two pictures",
        "👩‍💻    one",
        "é     one",
        "abcd  four",
    ]


def test_the_last_column_wraps_under_itself() -> None:
    rows = [("name", "one two three four five six seven eight"), ("a", "b")]

    assert columns(rows, 44) == ["  name  one two three four five six seven", "        eight", "  a     b"]


def test_where_there_is_little_room_beside_the_others_the_last_column_goes_below() -> None:
    assert columns([("a-name-that-is-long", "one two three four five six seven"), ("short", "one")], 40) == [
        "  a-name-that-is-long",
        "      one two three four five six seven",
        "  short",
        "      one",
    ]
    assert columns([("!", "a-name-that-is-long", "one two three four five")], 40) == [
        "  !  a-name-that-is-long",
        "     one two three four five",
    ]


def test_no_rows_are_no_lines() -> None:
    assert columns([], 80) == []


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_is_wider_than_its_room_stays_whole(width: int) -> None:
    assert any(ARN in line for line in columns([("it", f"is {ARN} and more")], width))
    assert [line for line in paragraph(f"see {ARN} there", width, rest="  ") if ARN in line] != []
    assert any(line.endswith(ARN) for line in tree("it", [[ARN]], Paint()))


def test_a_command_is_broken_only_where_it_must_be() -> None:
    text = "finish it with `lambda-migrate proxy deploy` now"

    assert paragraph(text, 40) == ["finish it with", "`lambda-migrate proxy deploy` now"]
    assert paragraph(text, 24) == ["finish it with", "`lambda-migrate proxy", "deploy` now"]


def test_a_number_stays_with_its_unit() -> None:
    assert paragraph("watched for 15 min, 10 % of it", 15) == ["watched for", "15 min, 10 % of", "it"]
    assert paragraph("one of 15 steps", 9) == ["one of 15", "steps"]


def test_text_without_spaces_breaks_between_its_wide_characters() -> None:
    assert paragraph("注文サービス", 8, first="! ", rest="  ") == ["! 注文サ", "  ービス"]


def test_a_paragraph_takes_line_feeds_for_spaces() -> None:
    assert paragraph("one\n  two\nthree", 80, first="! ") == ["! one two three"]


def test_a_cell_is_one_line_whatever_is_in_it() -> None:
    assert columns([("name", "one\n  ✓  forged")], 80) == ["  name  one\\x0a  ✓  forged"]


def test_a_line_that_goes_on_is_indented_a_little_more() -> None:
    assert hanging("  ✓ one two three four", 14) == ["  ✓ one two", "    three four"]
    assert hanging("", 14) == [""]
    assert hanging(f"  {PAINT('✓', 'green')} one two", 80) == [f"  {PAINT('✓', 'green')} one two"]


def test_markup_is_text() -> None:
    text = "[red]one[/red] [link=https://example.com]two[/link] :smile:"

    assert columns([(text, text)], 200) == [f"  {text}  {text}"]
    assert paragraph(text, 200) == [text]
    assert tree(text, [[text]], Paint()) == [f"  {text}", f"  └── {text}"]


def test_a_tree_holds_what_belongs_to_its_heading() -> None:
    assert tree("sqs", [["one", "  more"], ["two"]], Paint()) == ["  sqs", "  ├── one", "  │     more", "  └── two"]


def test_a_page_wraps_its_paragraphs_and_leaves_the_rest() -> None:
    text = "## Why\nOne two three four\nfive six.\n\n- a list that is long\n\n```\nsome code  here\n```\nEnd"

    assert page(text, 14).splitlines() == [
        "## Why",
        "One two three",
        "four five six.",
        "",
        "- a list that is long",
        "",
        "```",
        "some code  here",
        "```",
        "End",
    ]
