"""Histories by number: the same number makes up the same history. Hypothesis draws the numbers.

They are biased towards the journey that people take: a command that most gates are closed to teaches little.
"""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from tests.simulation.faults import KINDS, LEDGER, Fault
from tests.simulation.foreign import AGAINST, BESIDE
from tests.simulation.history import History, Move
from tests.simulation.unkindness import KIND, Unkindness

CALLS = (
    "lambda:UpdateAlias",
    "lambda:CreateAlias",
    "lambda:DeleteAlias",
    "lambda:UpdateFunctionConfiguration",
    "lambda:PublishVersion",
    "lambda:PublishLayerVersion",
    "lambda:AddPermission",
    "lambda:UpdateEventSourceMapping",
    "lambda:GetAlias",
    "lambda:DeleteFunction",
    "events:PutTargets",
    "events:CreateConnection",
    "events:CreateApiDestination",
    "sns:Subscribe",
    "sns:Unsubscribe",
    "sns:SetSubscriptionAttributes",
    "apigatewayv2:UpdateIntegration",
    "apigatewayv2:CreateIntegration",
    "apigatewayv2:UpdateRoute",
    "apigateway:UpdateStage",
    "apigateway:CreateDeployment",
    "apigateway:UpdateIntegration",
    "scheduler:CreateSchedule",
    "scheduler:UpdateSchedule",
    "scheduler:DeleteSchedule",
    "scheduler:GetSchedule",
    "iam:CreateRole",
    "iam:PutRolePolicy",
    "cloudwatch:GetMetricData",
    "secretsmanager:PutSecretValue",
)
WITH_A_REST_API = 0.25
WAITS = (5.0, 60.0, 400.0, 5000.0, 90_000.0)
BACK: tuple[tuple[tuple[str, object], ...], ...] = ((), (), (("last", True),), (("last", True),), (("now", True),))


def made_up(number: int) -> History:
    """Return the history of a number."""
    random = Random(number)
    disputed = random.random() < 0.25
    moves = [_move(random, disputed=disputed) for _ in range(random.randint(2, 6))]
    return History(number, tuple(moves), _unkind(random), rest=random.random() < WITH_A_REST_API)


def _move(random: Random, *, disputed: bool) -> Move:
    drawn = random.random()
    if drawn < 0.6:
        return Move("on", faults=_faults(random))
    if drawn < 0.72:
        return Move("rollback", random.choice(BACK), faults=_faults(random))
    if drawn < 0.8:
        return Move(random.choice(("freeze", "lift", "cleanup", "promote", "proxy")), faults=_faults(random))
    if drawn < 0.87:
        return Move("wait", seconds=random.choice(WAITS))
    return Move(random.choice(sorted(AGAINST if disputed and random.random() < 0.7 else BESIDE)))


def _faults(random: Random) -> tuple[Fault, ...]:
    return tuple(_fault(random) for _ in range(random.choice((0, 0, 0, 1, 1, 2))))


def _fault(random: Random) -> Fault:
    kind, times, where = random.choice(KINDS), random.choice((1, 1, 2, 12)), random.random()
    if where < 0.55:
        return Fault(kind, random.randint(1, 40), times=times)
    if where < 0.65:
        return Fault(kind, random.randint(1, 30), LEDGER, times)
    if where < 0.8:
        return Fault(kind, random.randint(1, 250), "*", times)
    return Fault(kind, random.randint(1, 3), random.choice(CALLS), times)


def _unkind(random: Random) -> Unkindness:
    if random.random() < 0.3:
        return KIND
    return Unkindness(
        lag=random.choice((0.0, 0.5, 2.0)),
        slow=random.choice((0.0, 5.0, 40.0)),
        spread=random.random() < 0.6,
        confirms=random.choice((1.0, 1.0, 20.0, -1.0)),
        provisioned=random.random() < 0.2,
        versions_kept=random.choice((0, 0, 1, 3)),
        metrics_late=random.choice((0.0, 40.0)),
        metrics_lost=random.random() < 0.1,
        role_known=random.choice((0.0, 8.0)),
    )


histories = st.integers(0, 2**32 - 1).map(made_up)
