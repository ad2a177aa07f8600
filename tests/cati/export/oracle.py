"""What an export must hold, worked out from the documents alone, by other code than cati's.

Columns are spelled out by name here; nothing is imported from `cati.export`.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

STATUS = {"not_applicable": -90, "parked": -91, "not_reached": -92}
REASON = {"not_sure": -1, "declined": -2, "not_in_record": -3}
STATUS_LABELS = {
    -90: "Not applicable",
    -91: "Answered, then set aside",
    -92: "Not reached",
}
INTERVIEW_LABELS = {-1: "Not sure", -2: "Declined", -3: "Not in record", **STATUS_LABELS}
SECTORS = {"farm": 1, "shop": 2, "other": 90}
ANY = {"tools": ["hands", "machine", "none_of_these"], "leg_by": ["foot", "bus"]}
DATES = {"started", "born", "leg_day"}
TEXTS = {"sector_specify", "title", "duties", "leg_note"}
STATUS_BESIDE = TEXTS | {"balance", "left"}
YES_NO = {"has_job", "seen", "works_long"}
ITEMS = [
    *["has_job", "sector", "sector_specify", "tools", "hours", "balance", "pay", "started", "born"],
    "commute",
    *["rises", "title", "duties", "plate", "weekly", "left", "works_long", "legs", "seen"],
    *[
        f"{name}_{row}"
        for row in (1, 2, 3)
        for name in ("leg_minutes", "leg_by", "leg_note", "leg_day")
    ],
]


def base(name: str) -> str:
    """The item of a column stem such as `leg_by_2`."""
    return name[:-2] if name[-2:] in {"_1", "_2", "_3"} else name


def columns_of(name: str) -> list[str]:
    item = base(name)
    if item in ANY:
        return [f"{name}__{choice}" for choice in ANY[item]]
    if item in DATES:
        return [f"{name}_{part}" for part in ("year", "month", "day")]
    return [name, f"{name}_status"] if item in STATUS_BESIDE else [name]


def columns() -> list[str]:
    """All columns of the full profile."""
    return [
        "case_id",
        *[f"cati_{name}" for name in ("mode", "language", "date", "seed", "interviewer")],
        *[f"cati_{name}" for name in ("submitted", "version", "fingerprint", "minutes")],
        *[column for name in ITEMS for column in columns_of(name)],
        *["summary_work", "summary_work_status", "summary_way", "summary_way_status"],
    ]


def cells(case_id: str, submitted: str, document: Mapping[str, Any]) -> list[Any]:
    """One row of the full profile; None where a number stands in its status column."""
    entries = {
        f"{entry['q']}_{entry['r']}" if entry["r"] else entry["q"]: entry
        for entry in document["answers"]
    }
    row: list[Any] = [case_id, {"interview": 1, "record": 2}[document["mode"]]]
    row += [{"en": 1, "fr": 2}[document["language"]], document["interview_date"], document["seed"]]
    row += [document["interviewer"], submitted, "2.1"]
    row += [document["instrument"]["fingerprint"], document["minutes"]]
    for name in ITEMS:
        row += _item(name, entries.get(name, {"s": "not_applicable"}))
    for part in ("work", "way"):
        text = document["summary"].get(part)
        row += ["", -92] if text is None else [text.rstrip(" "), 0]
    return row


def _item(name: str, entry: Mapping[str, Any]) -> list[Any]:
    item = base(name)
    if entry["s"] != "answered":
        code = REASON[entry["m"]] if entry["s"] == "missing" else STATUS[entry["s"]]
        if item in STATUS_BESIDE:
            return ["" if item in TEXTS else None, code]
        return [code] * len(columns_of(name))
    return list(_answered(item, entry["v"]))


def _answered(item: str, value: Any) -> Iterator[Any]:
    if item in ANY:
        yield from (int(choice in value) for choice in ANY[item])
    elif item in DATES:
        parts = [int(part) for part in value.split("-")]
        yield from parts + [-93] * (3 - len(parts))
    elif item in YES_NO:
        yield {"yes": 1, "no": 0}[value]
    elif item == "sector":
        yield SECTORS[value]
    elif item in {"pay", "weekly"}:
        yield Decimal(value)
    elif item == "commute":
        amount, unit = value.split()
        yield Decimal(repr(round(float(amount) / {"minutes": 60, "hours": 1}[unit], 9)))
    elif item == "rises":
        hour, minute, second = map(int, value.split(":"))
        yield hour * 3600 + minute * 60 + second
    elif item in STATUS_BESIDE:
        yield value.rstrip(" ") if isinstance(value, str) else value
        yield 0
    else:
        yield value
