"""What `real_aws_check.py` asks, and the resources that it asks with."""

from __future__ import annotations
