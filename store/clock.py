"""Times: UTC always, with the zone written out."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present time, with its zone."""

QUARTER = 15 * 60


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


def to_text(at: datetime) -> str:
    """ISO 8601 to the microsecond, such as 2026-11-21T14:03:22.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """Back from `to_text`; ValueError when it is not such a time."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def quarter(at: datetime) -> int:
    """Unix time rounded down to the quarter of an hour: what may stand in clear."""
    return int(at.timestamp()) // QUARTER * QUARTER
