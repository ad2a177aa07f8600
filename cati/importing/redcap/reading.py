"""How one piece of logic is translated: from where it stands, and what is noted on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from cati.importing.redcap.known import Fields, Known, Sort
from cati.importing.redcap.logic import Reference, Untranslatable
from cati.importing.redcap.said import Said, quoted

# What differs between blank in REDCap and unknown here, in the words of the report.
BLANK: Final = (
    "it holds in REDCap while an answer is blank; here it is unknown then, and nothing is asked"
)
BOX: Final = "a box counts as not ticked in REDCap even before its question; here that is unknown"
IF: Final = (
    "with a blank answer REDCap takes the last value of an 'if'; here there is no value then"
)
PARTS: Final = "REDCap leaves blank parts out; here there is a value only when every part has one"
WHOLE: Final = "REDCap works with fractions of the unit; here completed units count"
SIGNED: Final = (
    "REDCap takes the difference without its sign; here it is counted from the first to the second"
)
CODED: Final = "a missing data code counts as filled in REDCap; here a missing reason is no answer"
TODAY: Final = "'today' is the day of the first sitting here, and every later day in REDCap"


@dataclass(slots=True)
class Reading:
    """The reading of one piece of logic."""

    fields: Fields
    place: int
    """Number of the field it belongs to; what it reads must have a lower one."""
    own: bool = False
    """Whether the field itself can be read, as its checks do."""
    names: frozenset[str] = frozenset()
    """Names of all items: a choice of the same name is put in quotes."""
    number_of: Callable[[Known], str] | None = None
    """Gives the item that holds the code of a choice as a number; None where there can be none."""
    sure: frozenset[str] = frozenset()
    """Fields that are not blank wherever this reading matters, since an `and` says so."""
    remarks: dict[str, None] = field(default_factory=dict)
    """What should be read again, in the order found."""
    needed: dict[str, None] = field(default_factory=dict)
    """Fields of choices whose code is read as a number."""

    def remark(self, why: str, *, when: bool = True) -> None:
        """Note a difference once."""
        if when:
            self.remarks[why] = None

    def find(self, reference: Reference) -> Known:
        """The field that a reference reads.

        Raises:
            Untranslatable: there is none, it was not carried over, or it comes later.
        """
        name = reference.field
        if name in self.fields.gone:
            raise Untranslatable(f"[{name}] is no item here: {self.fields.gone[name]}")
        known = self.fields.known.get(name)
        if known is None:
            raise Untranslatable(f"the dictionary has no field [{name}]")
        if known.place > self.place:
            raise Untranslatable(f"[{name}] comes later; a condition reads only what comes before")
        if known.place == self.place and not self.own:
            raise Untranslatable(f"[{name}] is the field itself, which has no answer yet")
        if reference.suffix not in ("", "value"):
            raise Untranslatable(
                f"[{name}:{reference.suffix}] is a label, and labels have no value"
            )
        if reference.code is not None and known.sort is not Sort.BOXES:
            raise Untranslatable(f"[{name}] has no boxes to tick")
        return known

    def choice(self, known: Known, code: str) -> Said:
        """The choice of a code.

        Raises:
            Untranslatable: the field has no such code.
        """
        name = known.choices.get(code.strip()) or _same_number(known, code)
        if name is None:
            raise Untranslatable(f"[{known.foreign}] has no choice with the code '{code}'")
        return quoted(name) if name in self.names else Said(name)

    def reason(self, known: Known, code: str) -> str | None:
        """The missing reason that a code stands for, where it is no choice of the field."""
        if code.strip() in known.choices or known.computed:
            return None
        return self.fields.missing.get(code.strip())


def _same_number(known: Known, code: str) -> str | None:
    """`[f] = 1` and `[f] = '01'` are one in REDCap."""
    try:
        wanted = Decimal(code.strip())
    except ArithmeticError:
        return None
    return next(
        (known.choices[one] for one, value in known.numbers.items() if value == wanted), None
    )
