"""What Hypothesis draws: histories, biased towards the journey that people take."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.simulation.faults import KINDS, LEDGER, Fault
from tests.simulation.foreign import AGAINST, BESIDE
from tests.simulation.history import History, Move
from tests.simulation.unkindness import KIND, Unkindness

CALLS = (
    "",
    "",
    "*",
    LEDGER,
    "lambda:UpdateAlias",
    "lambda:CreateAlias",
    "lambda:UpdateFunctionConfiguration",
    "lambda:PublishVersion",
    "lambda:PublishLayerVersion",
    "lambda:AddPermission",
    "lambda:UpdateEventSourceMapping",
    "lambda:GetAlias",
    "lambda:DeleteAlias",
    "lambda:DeleteFunction",
    "events:PutTargets",
    "events:CreateConnection",
    "sns:Subscribe",
    "sns:SetSubscriptionAttributes",
    "apigatewayv2:UpdateIntegration",
    "apigatewayv2:CreateIntegration",
    "apigatewayv2:UpdateRoute",
    "scheduler:CreateSchedule",
    "scheduler:UpdateSchedule",
    "scheduler:DeleteSchedule",
    "iam:CreateRole",
    "iam:PutRolePolicy",
    "secretsmanager:PutSecretValue",
)

faults = st.builds(
    Fault,
    kind=st.sampled_from(KINDS),
    at=st.integers(1, 12) | st.integers(1, 60),
    call=st.sampled_from(CALLS),
    times=st.sampled_from((1, 1, 2, 12)),
)

some_faults = st.lists(faults, max_size=2).map(tuple)

on = st.builds(Move, st.just("on"), faults=some_faults)
well = st.just(Move("on"))
back = st.builds(
    Move,
    st.just("rollback"),
    st.sampled_from(((), (("last", True),), (("now", True),))),
    faults=some_faults,
)
others = st.builds(Move, st.sampled_from(("freeze", "lift", "cleanup", "promote", "proxy")), faults=some_faults)
waits = st.builds(Move, st.just("wait"), seconds=st.sampled_from((5.0, 400.0, 5000.0, 90_000.0)))
beside = st.builds(Move, st.sampled_from(sorted(BESIDE)))
against = st.builds(Move, st.sampled_from(sorted(AGAINST)))

unkind = st.just(KIND) | st.builds(
    Unkindness,
    lag=st.sampled_from((0.0, 0.5, 2.0)),
    slow=st.sampled_from((0.0, 5.0, 40.0)),
    spread=st.booleans(),
    confirms=st.sampled_from((1.0, 20.0, -1.0)),
    provisioned=st.sampled_from((False, False, True)),
    versions_kept=st.sampled_from((0, 1, 3)),
    metrics_late=st.sampled_from((0.0, 40.0)),
    metrics_lost=st.sampled_from((False, False, False, True)),
    role_known=st.sampled_from((0.0, 8.0)),
)

peaceful = st.lists(st.one_of(on, on, well, well, back, others, waits, beside), min_size=2, max_size=6)
disputed = st.lists(st.one_of(on, well, well, back, waits, beside, against), min_size=3, max_size=6)

histories = st.builds(
    History, seed=st.integers(0, 2**16), moves=st.one_of(peaceful, peaceful, disputed).map(tuple), unkind=unkind
)
