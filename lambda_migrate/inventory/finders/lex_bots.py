"""Aliases of Lex bots whose code hooks invoke the function, of those that its policy names.

The function of a code hook belongs to one language of one alias ("DescribeBotAlias", Lex V2 API reference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "lex"
PRINCIPALS = ("lexv2.amazonaws.com",)
LISTING = "Lex bots"
CALLS = ("lexv2-models:ListBots", "lexv2-models:ListBotAliases", "lexv2-models:DescribeBotAlias")
"""What it calls, from which the policies of IAM are made."""
ALIAS = "bot-alias"


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Return the aliases whose languages invoke the function; all are looked through where its policy names none."""

    def listed() -> Iterator[str]:
        here = Arn.parse(function.arn)
        for bot in aws.pages("lexv2-models", "list_bots", "botSummaries"):
            for alias in aws.pages("lexv2-models", "list_bot_aliases", "botAliasSummaries", botId=bot["botId"]):
                yield str(here.sibling("lex", f"{ALIAS}/{bot['botId']}/{alias['botAliasId']}"))

    return look_at_permitted(
        aws,
        function,
        PRINCIPALS,
        Listing(LISTING, listed),
        _invoked,
        lambda arn: f"Lex bot alias {Arn.parse(arn).below(ALIAS)}",
    )


def _invoked(aws: Aws, function: Function, arn: str) -> Iterator[Trigger[base.Settings]]:
    """Yield an alias once for each qualifier that its languages invoke."""
    bot, _, alias = Arn.parse(arn).below(ALIAS).partition("/")
    about = read_or_none(aws, "lexv2-models", "describe_bot_alias", botId=bot, botAliasId=alias)
    if about is None:
        return
    languages: dict[str, list[str]] = {}
    for language, settings in (about.get("botAliasLocaleSettings") or {}).items():
        hook = (settings.get("codeHookSpecification") or {}).get("lambdaCodeHook") or {}
        qualifier = function.qualifier_of(str(hook.get("lambdaARN") or ""))
        if qualifier is not None and settings.get("enabled"):
            languages.setdefault(qualifier, []).append(str(language))
    name = f"{bot}/{about.get('botAliasName') or alias}"
    for qualifier, named in sorted(languages.items()):
        settings = base.Settings(source=arn, detail=f"its code hook in {', '.join(sorted(named))}")
        yield Trigger(KIND, f"{arn}/{qualifier or '$LATEST'}", name, qualifier, settings)
