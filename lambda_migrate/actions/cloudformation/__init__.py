"""Changes to CloudFormation stacks."""

from __future__ import annotations
