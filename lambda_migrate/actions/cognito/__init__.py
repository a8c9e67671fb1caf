"""Changes to Amazon Cognito."""

from __future__ import annotations
