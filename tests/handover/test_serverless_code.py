"""What a `serverless.yml` becomes: it extends the resources that Serverless makes of events."""

from __future__ import annotations

from lambda_migrate.declarations import yaml_text
from lambda_migrate.handover import serverless_code
from lambda_migrate.handover.templates import STAYS
from tests.handover.callers import moved
from tests.handover.files import after, text_of
from tests.handover.plans import patched


def test_serverless_extends_what_it_makes_of_events() -> None:
    changes = patched(serverless_code.patched, {"serverless.yml": text_of("serverless.yml")})
    now = yaml_text.load(changes.stages[1].patches[0].after)["resources"]
    assert isinstance(now, dict)

    assert list(now["Resources"])[:2] == ["JobsQueue", "LiveAlias"]
    assert now["Resources"]["LiveAlias"]["Properties"]["FunctionName"] == {"Ref": "OrdersLambdaFunction"}
    assert now["extensions"] == {
        "HttpApiIntegrationOrders": {"Properties": {"IntegrationUri": {"Ref": "LiveAlias"}}},
        "OrdersEventSourceMappingSQSJobsQueue": {"Properties": {"FunctionName": {"Ref": "LiveAlias"}}},
    }
    assert set(changes.reasons) == {"news_lambda_subscription", "paid_t1"}


def test_serverless_extends_the_filter_of_a_log_event_and_leaves_the_rest_to_a_person() -> None:
    events = "      - cloudwatchLog: /shop/api\n      - cloudwatchLog:\n          logGroup: /shop/web\n"
    files = {"serverless.yml": f"service: shop\nfunctions:\n  orders:\n    name: orders\n    events:\n{events}"}
    changes = moved(serverless_code.patched, files)
    now = yaml_text.load(after(files, changes)["serverless.yml"])["resources"]
    assert isinstance(now, dict)

    assert now["extensions"] == {
        "OrdersLogsSubscriptionFilterCloudWatchLog2": {"Properties": {"DestinationArn": {"Ref": "LiveAlias"}}}
    }
    why = "no event of `serverless.yml` can be identified as it"
    names = ("r1_any_proxy_integration", "uploads_images_notification", "shop_orders_rule")
    assert changes.reasons == {**dict.fromkeys(names, why), "r1_prod_stage": STAYS}
