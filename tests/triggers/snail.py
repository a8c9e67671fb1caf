"""Snails: a made-up kind that is found and named, and cannot be re-pointed."""

from __future__ import annotations

KIND = "snail"
LABEL = "snail"
TRAFFIC = "events"
FOUND = "its permission"
PRINCIPALS = ("snails.amazonaws.com",)
STAYS = "it takes too long"
