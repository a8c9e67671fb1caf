"""Makes the function of CloudFront that sends a share of the requests to another origin."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.aws.quotas import VIEWER_FUNCTIONS
from lambda_migrate.errors import Drifted

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.quotas import Quota
    from lambda_migrate.aws.session import Aws

RUNTIME = "cloudfront-js-2.0"
CALLED = "GetFunction DescribeFunction CreateFunction PublishFunction DeleteFunction"

_CODE = """\
import cf from 'cloudfront';

// Made by lambda-migrate, which deletes it once all requests go one way.
function handler(event) {{
    if (Math.random() * 100 < {percent}) {{
        cf.selectRequestOriginById({origin});
    }}
    return event.request;
}}
"""


@dataclass(frozen=True)
class CreateViewerFunction:
    """Make a function that no behavior runs yet: for each request it draws lots, and selects an origin now and then.

    It is written once and for one share: a function that changed would be a second place, beside the distribution,
    where a share stands. One that was not published any more, because the process was killed, is published before a
    behavior runs it. ("Helper methods for origin modification", CloudFront guide.)

    Attributes:
        name: Its name, unique in the account.
        origin: The id of the origin that it selects.
        percent: How often, of 100 requests.
    """

    kind: ClassVar[str] = "create_viewer_function"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    quota: ClassVar[Quota] = VIEWER_FUNCTIONS
    name: str
    origin: str
    percent: int

    def describe(self) -> str:
        """Return one line for a person."""
        return f"viewer function {self.name}: create, {self.percent} % to origin {self.origin}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"viewer function {self.name}: delete"

    def holder(self) -> str:
        """Return what has such functions."""
        return "the account"

    def there(self, aws: Aws) -> int:
        """Return how many the account has."""
        count, marker = 0, None
        while True:
            page = aws.call("cloudfront", "list_functions", Stage="DEVELOPMENT", Marker=marker)["FunctionList"]
            count += len(page.get("Items") or ())
            marker = page.get("NextMarker")
            if not marker:
                return count

    @property
    def code(self) -> str:
        """What it runs, JavaScript."""
        return _CODE.format(percent=self.percent, origin=json.dumps(self.origin))

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, with this code."""
        code = self._read(aws)
        if code is None:
            return Observed.BEFORE
        return Observed.AFTER if code == self.code else Observed.DRIFT

    def _read(self, aws: Aws) -> str | None:
        answer = read_or_none(aws, "cloudfront", "get_function", Name=self.name, Stage="DEVELOPMENT")
        if answer is None:
            return None
        body = answer["FunctionCode"]
        return str((body.read() if hasattr(body, "read") else body).decode("utf-8", "replace"))

    def apply(self, aws: Aws) -> None:
        """Make it, and publish it, so that a behavior can run it."""
        config = {"Comment": "made by lambda-migrate", "Runtime": RUNTIME}
        aws.call(
            "cloudfront", "create_function", Name=self.name, FunctionConfig=config, FunctionCode=self.code.encode()
        )
        publish(aws, self.name)

    def undo(self, aws: Aws) -> None:
        """Delete it, published or not; AWS refuses while a behavior runs it."""
        draft: Document | None = read_or_none(
            aws, "cloudfront", "describe_function", Name=self.name, Stage="DEVELOPMENT"
        )
        if draft is not None:
            aws.call("cloudfront", "delete_function", Name=self.name, IfMatch=draft["ETag"])

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("cloudfront", CALLED, Name=self.name),
            *calls("cloudfront", "ListFunctions"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        code = self._read(aws)
        if code is None:
            return f"no viewer function {self.name}"
        return "its code is ours" if code == self.code else "its code is not ours"


def publish(aws: Aws, name: str) -> None:
    """Publish a function, unless it is: a behavior runs only what is ("Publish functions", CloudFront guide).

    Raises:
        Drifted: It does not exist.
    """
    if read_or_none(aws, "cloudfront", "describe_function", Name=name, Stage="LIVE") is not None:
        return
    draft = read_or_none(aws, "cloudfront", "describe_function", Name=name, Stage="DEVELOPMENT")
    if draft is None:
        hint = "it was deleted since the plan was made; run `lambda-migrate plan` again"
        raise Drifted(f"viewer function {name} does not exist", hint=hint)
    aws.call("cloudfront", "publish_function", Name=name, IfMatch=draft["ETag"])
