"""Handlers of events that are not HTTP requests, kind by kind.

Until a kind has a handler here, its events go to the lifted function's own handler, as they did on Lambda:

    @on("sqs")
    def orders(event: Any, context: LambdaContext) -> Any:
        failed = [record["messageId"] for record in event["Records"] if not accept(record["body"])]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
"""

from lambda_migrate_service import HANDLERS, on

__all__ = ["HANDLERS", "on"]
