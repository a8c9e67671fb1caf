"""Changes to Elastic Beanstalk."""

from __future__ import annotations
