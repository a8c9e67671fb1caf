"""A report that holds something of everything, some of it hostile."""

from __future__ import annotations

from lambda_migrate.report.model import (
    Accepted,
    Caller,
    Judgement,
    Moment,
    Report,
    Series,
    Share,
    Traffic,
)
from lambda_migrate.report.proofs import Bill, Compared, Cost, Differing, Loaded, Proofs

HOSTILE = "<script>alert(1)</script> \u202e\u001b[31m|`*"
AT = "2026-03-01T12:00:00.000Z"
BY = "arn:aws:sts::123456789012:assumed-role/Developer/alice"
REPORT = Report(
    "orders",
    "123456789012",
    "eu-west-1",
    AT,
    "0.1.0",
    (("1 lift", "done", "the service is healthy"), ("2 non-API", "now", HOSTILE)),
    live="alias live is at version 1",
    next=("lambda-migrate cutover",),
    timeline=(Moment(AT, BY, "done", HOSTILE), Moment(AT, BY, "verdict", "01: fine", "pass")),
    earlier=7,
    shares=(Share(1.0, 0.0), Share(2.0, 10.0)),
    judgements=(Judgement(AT, "01-shift_weight", "pass", (HOSTILE,), ((HOSTILE, HOSTILE),)),),
    accepted=(Accepted("snap-start", HOSTILE, "phases cutover", ((BY, AT),)),),
    callers=(Caller("SNS topic", HOSTILE, "live", "", "with its step", 900.0),),
    owners=(HOSTILE,),
    unexplained=(HOSTILE,),
    remaining=(HOSTILE,),
    blockers=(HOSTILE,),
    phase="cutover",
    traffic=Traffic(0.0, 600.0, 60.0, (Series("invocations", ((0.0, 3.0), (60.0, 5.0))), Series("answered", ()))),
    damage=(HOSTILE,),
    proofs=Proofs(
        Compared(AT, BY, "fail", 1200, 7, (Differing("GET /items/{}", HOSTILE, "value", 7, "log.jsonl:12"),)),
        Cost(
            AT,
            HOSTILE,
            (Bill("on Lambda", 12.5, (("requests", 12.5, HOSTILE),), ("both: $30.00",)),),
            "a table",
            (HOSTILE,),
        ),
        Loaded(
            AT,
            "pass",
            HOSTILE,
            "https://orders.example.com",
            ((10.0, 300, 2, {"p50": 20.0, "p99": 1030.0}),),
            (HOSTILE,),
        ),
    ),
)
