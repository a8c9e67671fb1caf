"""Command lines that are said have the options that were typed, and their lines are as wide as others."""

from __future__ import annotations

from lambda_migrate.render.checks import checks
from lambda_migrate.render.drawing import paragraph, tree
from lambda_migrate.render.terminal import Paint
from lambda_migrate.render.typed import keeping, named
from lambda_migrate.verify.check import Check

OPTIONS = " --config staging/orders.yaml --region eu-west-1"
HINT = "`lambda-migrate service deploy` starts it, `lambda-migrate service logs` shows why it fails"


def test_the_options_are_there_before_lines_are_broken() -> None:
    with keeping(OPTIONS):
        shown = checks([Check("service", "fail", "it is not there", HINT)], Paint(width=80))

    assert shown == (
        "  ✗  service  it is not there\n"
        "              hint: `lambda-migrate service deploy --config staging/orders.yaml\n"
        "              --region eu-west-1` starts it, `lambda-migrate service logs\n"
        "              --config staging/orders.yaml --region eu-west-1` shows why it\n"
        "              fails"
    )


def test_they_are_added_once_however_often_a_text_is_laid_out() -> None:
    with keeping(OPTIONS):
        lines = paragraph(f"run {HINT}", 60)
        drawn = "\n".join(tree("root", [lines], Paint()))

        assert named("\n".join(lines)) == "\n".join(lines)
        assert drawn.count("--region") == drawn.count("--config") == 2


def test_pages_and_schemas_are_the_same_everywhere_and_need_none() -> None:
    with keeping(" -c x.yaml"):
        assert named("`lambda-migrate explain LM101`, `lambda-migrate schema`, `lambda-migrate --help`, `--yes`") == (
            "`lambda-migrate explain LM101`, `lambda-migrate schema`, `lambda-migrate --help`, `--yes`"
        )
        assert named("`lambda-migrate plan`") == "`lambda-migrate plan -c x.yaml`"
    assert named("`lambda-migrate plan`") == "`lambda-migrate plan`"
