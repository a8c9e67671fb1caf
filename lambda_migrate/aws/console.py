"""Addresses of pages of the AWS console: what an error or a plan is about, one click away.

Each partition has a console of its own ("AWS GovCloud (US) user guide", "Getting started with Amazon Web Services in
China"); a region's is reached by its name. Where we do not know a partition's console, nothing is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from lambda_migrate.aws.arn import Arn

HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""Partition → where its console is."""


def function_page(function: Arn, alias: str = "") -> str:
    """Return the address of a function's page, or of one of its aliases; "" where the console is not known.

    Args:
        function: ARN of the function, unqualified.
        alias: Name of the alias; "" for the function itself.
    """
    path = f"/aliases/{quote(alias)}" if alias else ""
    return _page(function, "lambda/home", f"#/functions/{quote(function.name)}{path}")


def trigger_page(trigger: str, source: Arn) -> str:
    """Return the address of the page of what invokes a function; "" for kinds whose page is not known.

    Args:
        trigger: The kind: ``http_api``, ``rest_api``, ``sqs``, ...
        source: ARN of the API, queue, topic or rule.
    """
    if source.service == "execute-api":
        api = source.resource.partition("/")[0]
        rest = trigger.startswith("rest_api")
        return _page(source, f"apigateway/main/{f'apis/{api}/resources' if rest else 'develop/routes'}", api=api)
    if source.service == "sqs":
        suffix = ".cn" if source.partition == "aws-cn" else ""
        url = f"https://sqs.{source.region}.amazonaws.com{suffix}/{source.account}/{source.resource}"
        return _page(source, "sqs/v3/home", f"#/queues/{quote(url, safe='')}")
    if source.service == "sns":
        return _page(source, "sns/v3/home", f"#/topic/{source}")
    if rule := source.below("rule") if source.service == "events" else "":
        bus, slash, name = rule.rpartition("/")
        return _page(source, "events/home", f"#/eventbus/{bus if slash else 'default'}/rules/{name}")
    return ""


def _page(place: Arn, path: str, anchor: str = "", **query: str) -> str:
    host = HOSTS.get(place.partition)
    if not host or not place.region:
        return ""
    asked = "&".join(f"{name}={value}" for name, value in {**query, "region": place.region}.items())
    return f"https://{place.region}.{host}/{path}?{asked}{anchor}"
