"""AWS: the only part that imports boto3; clients, errors in our words, CloudWatch, secrets, downloads."""

from __future__ import annotations
