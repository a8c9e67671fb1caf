"""What the sentences of actions are about."""

from __future__ import annotations

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:orders"
LIVE = f"{FUNCTION}:live"
TOPIC = "arn:aws:sns:us-east-1:123456789012:news"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/scans"
LATEST = ("orders", "layer", "proxy 1", "app.handler", "lambda_migrate_proxy.handler", {}, "", "")
STARTED = ("orders", {}, {"Command": ["lambda_migrate_proxy.handler"]}, {}, "", "")
ONE, TWO = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
STATEMENT = {"Sid": "s1", "Principal": {"Service": "sns.amazonaws.com"}}
REST_URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
REST_LIVE = REST_URI.replace("/invocations", ":live/invocations")
URL = "https://orders.example.com/events"
RECORD = {"Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/orders/0a1b"
