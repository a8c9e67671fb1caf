"""The model of a Lambda function: documents, versions, policy, backup."""

from __future__ import annotations
