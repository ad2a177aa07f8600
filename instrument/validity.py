"""The share of valid answers of a case, as instrument.yaml declares it under `validity`."""

from collections.abc import Collection, Sequence

from instrument.fields import Fields
from instrument.models import CaseVariable, MissingReason, Validity
from instrument.naming import RESERVED, read_name
from instrument.report import Report, quote

VALIDITY_KEYS = (
    "share", "share_label", "enough", "enough_label", "percent", "valid_reasons", "note",
)  # fmt: skip


def read_validity(fields: Fields, missing: Sequence[MissingReason]) -> Validity | None:
    """What stands under `validity`; None when nothing does, or when it cannot be used.

    Args:
        fields: of instrument.yaml.
        missing: the instrument's missing reasons.
    """
    part = fields.fields("validity", "the share of valid answers")
    if part is None:
        return None
    part.allow(VALIDITY_KEYS)
    share, enough = _variable(part, "share"), _variable(part, "enough")
    percent = part.integer("percent", least=1, most=100, required=True)
    reasons = _reasons(part, missing)
    note = part.text("note")
    if share is None or enough is None or percent is None:
        return None
    if share.name == enough.name:
        part.report.add(
            "name-repeated",
            enough.source,
            f"both variables of {part.what} are called {quote(share.name)}",
            "give each of them its own name",
        )
    return Validity(
        source=part.source,
        share=share,
        enough=enough,
        percent=percent,
        valid_reasons=reasons,
        note=note.text.strip() if note else None,
    )


def check_validity(validity: Validity | None, names: Collection[str], report: Report) -> None:
    """Note names of its variables that items have, too.

    Args:
        validity: as it was read.
        names: of everything that has a place among the items, grids included.
        report: where problems go.
    """
    for variable in (validity.share, validity.enough) if validity else ():
        if variable.name in names:
            report.add(
                "name-repeated",
                variable.source,
                f"the variable {quote(variable.name)} of the share of valid answers has the name "
                "of an item",
                "give it a name of its own",
            )


def _variable(part: Fields, key: str) -> CaseVariable | None:
    name = read_name(part.scalar(key, required=True), part.report, "variable", RESERVED)
    label = part.line(f"{key}_label", required=True)
    if name is None or label is None:
        return None
    return CaseVariable(source=part.place(key), name=name, label=label)


def _reasons(part: Fields, missing: Sequence[MissingReason]) -> frozenset[str]:
    known = [reason.name for reason in missing]
    found = set()
    for scalar in part.words("valid_reasons") or ():
        if scalar.text in known:
            found.add(scalar.text)
        else:
            part.report.unknown(
                "missing-unknown",
                scalar.source,
                f"there is no missing reason {quote(scalar.text)}",
                scalar.text,
                known,
            )
    return frozenset(found)
