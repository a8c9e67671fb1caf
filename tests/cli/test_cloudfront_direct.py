"""A distribution in front of the function's URL: led to the service share by share by `cutover --direct`, and back."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.actions.worlds_cloudfront import configuration, origin
from tests.cli.way_out import Serving, customers, write_source
from tests.support.listening import listening
from tests.support.standing import put_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


FUNCTION = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'the function'}\n"


def test_a_distribution_is_led_to_the_service_by_shares_and_back_and_nothing_else_of_it_changes(
    run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    make_function(source=FUNCTION)
    made = aws.call("lambda", "create_function_url_config", FunctionName=unique, AuthType="NONE")
    aws.call(
        "lambda",
        "add_permission",
        FunctionName=unique,
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    ours = origin("api", str(urlsplit(made["FunctionUrl"]).hostname), OriginPath="")
    config = configuration(unique, ours, origin("images", "images.example.com"))
    distribution = aws.call("cloudfront", "create_distribution", DistributionConfig=config)["Distribution"]

    def shown() -> Any:
        return aws.call("cloudfront", "get_distribution", Id=distribution["Id"])["Distribution"]["DistributionConfig"]

    with listening(Serving) as url, customers(f"{aws.endpoint_url}/orders", distribution["DomainName"]) as answered:
        write_source(tmp_path)
        (tmp_path / "migration.yaml").write_text(
            f"function: {unique}\n"
            "source: source\n"
            f"service: {{url: '{url}'}}\n"
            "cutover: {propagation: false, weights: [50, 100]}\n"
            "verify: {timeout: 1s, slow: 60s, minimum_invocations: 5, metric_period: 1s, arrival: 5s}\n"
            "accept:\n"
            "- {rule: not-cut-over, reason: this is a test of the last step}\n"
            "- {rule: 'trigger:function_url', reason: the distribution is all that calls it}\n"
        )
        before = shown()
        there = run("cutover", "--direct", "--bake", "2s", "--yes", "--json")
        direct, elsewhere = shown(), put_back(aws, tmp_path)
        back = run("rollback", "--last", "--yes", "--json")

    assert (there.code, back.code, elsewhere) == (0, 0, []), (there, back)
    assert [each["action"]["kind"] for each in there.json["data"]["plan"]["steps"]] == [
        "create_viewer_function",
        "share_origin",
        "share_origin",
        "remove_leftover",
    ]
    (changed,) = [each for each in direct["Origins"]["Items"] if each not in before["Origins"]["Items"]]
    assert (changed["DomainName"], changed["CustomOriginConfig"]["OriginProtocolPolicy"]) == ("127.0.0.1", "http-only")
    assert changed["CustomHeaders"] == ours["CustomHeaders"]
    assert {name: direct[name] for name in direct if name != "Origins"} == {
        name: before[name] for name in before if name != "Origins"
    }
    assert shown() == before
    assert set(answered) == {"the function", "the service"}, answered
    turns = sum(1 for one, following in pairwise(answered) if one != following)
    assert turns > 4, answered  # at 50 % for two seconds; led there and back at once they would be two
    left = aws.call("cloudfront", "list_functions", Stage="DEVELOPMENT")["FunctionList"]
    assert left.get("Items", []) == []
