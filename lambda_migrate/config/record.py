"""The block `proxy.record` of migration.yaml: what a proxy version records, and what of it the proxy is told."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from lambda_migrate.fields import Strict
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings

DAY = dt.timedelta(days=1)
Name = Annotated[str, Field(min_length=1, max_length=200)]


def _redacted(text: str) -> str:
    """Refuse what would redact nothing, which nobody would see."""
    if not re.match(r"(header:|query:|\$[.\[]).+", text):
        msg = f"`{text}` would redact nothing; write it like header:x-tenant, query:email or $.users[].iban"
        raise ValueError(msg)
    return text


Redacted = Annotated[Name, AfterValidator(_redacted)]


class Record(Strict):
    """What is recorded of the events that the original answers; off without this block. See how-to-record."""

    until: dt.date = Field(description="Last day, in UTC, like 2026-09-30; then it ends by itself.")
    rate: float = Field(RecordSettings.rate, gt=0, le=1, description="Share of the events.")
    kinds: list[Name] = Field(
        default_factory=list, description="`http`, and sources of other events like `aws:sqs`; default: all."
    )
    skip: list[Name] = Field(
        default_factory=list, description="Routes and sources to leave out, like `POST /login`; `*` is anything."
    )
    per_route: int = Field(
        RecordSettings.per_route, ge=1, description="Records of one route an hour in one execution environment."
    )
    largest: int = Field(
        RecordSettings.largest,
        ge=1024,
        le=131_072,
        description="Bytes of an event, and of an answer; others are dropped.",
    )
    redact: list[Redacted] = Field(
        default_factory=list, description="What is redacted besides: `header:NAME`, `query:NAME`, `$.path[].member`."
    )
    mirror: bool = Field(False, description="Ask the service too, off the caller's path, and record both answers.")
    also: list[Name] = Field(
        default_factory=list, description="Routes that are mirrored although they may change something."
    )
    bucket: str = Field(
        "", pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$", description="Bucket for records; default: the log."
    )
    prefix: str = Field(RecordSettings.prefix, max_length=200, description="Of the objects in the bucket.")
    kms_key: str = Field(
        "",
        pattern=r"^(arn:aws[a-z-]*:kms:[^\s]+)?$",
        description="ARN of the key that encrypts them; default: the bucket's.",
    )

    @property
    def ends(self) -> int:
        """When it ends, in seconds since the epoch."""
        end = dt.datetime.combine(self.until + DAY, dt.time(), dt.UTC)
        return int(end.timestamp())


def told(record: Record | None) -> str:
    """Return what the proxy is told of it, JSON; "" where nothing is recorded."""
    if record is None:
        return ""
    given = {"until": record.ends, **record.model_dump(exclude={"until"})}
    own = {name: value for name, value in given.items() if value not in (getattr(RecordSettings, name), [])}
    return json.dumps(own, sort_keys=True, separators=(",", ":"))
