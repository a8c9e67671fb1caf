"""Callers of the sample function that come by role: nothing in the function's policy tells of them.

A schedule of EventBridge Scheduler and a state machine of Step Functions invoke with a role of their own ("IAM roles",
IAM user guide). So do pipes, other functions and much else; whoever looks at the function alone sees none of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

SCHEDULE, STATE_MACHINE, _ROLE = "-nightly", "-returns", "-callers"
"""How the names of the callers end; they begin with that of the function."""


def deploy(aws: Aws, name: str, function_arn: str) -> None:
    """Make the callers.

    Args:
        aws: Where to.
        name: The function's name.
        function_arn: What they invoke, qualified or not.
    """
    role = _role(aws, name, function_arn)
    payload = json.dumps({"id": "nightly", "what": "schedule"})
    aws.call(
        "scheduler",
        "create_schedule",
        Name=f"{name}{SCHEDULE}",
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": function_arn, "RoleArn": role, "Input": payload},
    )
    states = {"Return": {"Type": "Task", "Resource": function_arn, "End": True}}
    definition = json.dumps({"StartAt": "Return", "States": states})
    aws.call(
        "stepfunctions", "create_state_machine", name=f"{name}{STATE_MACHINE}", definition=definition, roleArn=role
    )


def _role(aws: Aws, name: str, function_arn: str) -> str:
    services = ["scheduler.amazonaws.com", "states.amazonaws.com"]
    trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    named = f"{name}{_ROLE}"
    role: str = aws.call("iam", "create_role", RoleName=named, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [function_arn, f"{function_arn}:*"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    aws.call("iam", "put_role_policy", RoleName=named, PolicyName="invoke", PolicyDocument=policy)
    return role
