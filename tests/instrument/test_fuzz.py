"""Instruments broken at random are refused with places, and never raise anything else."""

import os
import re
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from instrument import Instrument, InstrumentError, read_files
from instrument.catalog import TITLES
from tests.instrument import commuting, household
from tests.instrument.household import Files

EXAMPLES: Final = int(os.environ.get("CATI_SOAK", "0")) or 150
"""How many broken instruments are tried; `CATI_SOAK=100000` for a long run."""

SURVEYS: Final = (household.files(), commuting.files())
"""Two sound surveys that hold every kind of item between them."""
TEXT: Final = "\n".join(content.decode() for of in SURVEYS for content in of.values())
INSERTED: Final = st.sampled_from(
    [
        *sorted(set(re.findall(r"[\w.]+|[^\w\s]", TEXT))),
        *(
            "\n",
            "  ",
            "- ",
            ": ",
            "{",
            "}",
            "[",
            "]",
            '"',
            "'",
            "(",
            ")",
            "{{",
            "}}",
            "&a",
            "*a",
            "!",
        ),
        *("row", "count(people)", "null", "true", "where", "not", "specify: true"),
        *("99999999999999999999", "0x7", "\t", "\x07", "é"),
    ]
)
"""What is typed into the files: their own words and signs, and a few that hurt."""


@st.composite
def broken_files(draw: st.DrawFn) -> Files:
    """One of the surveys after a few cuts, moves and insertions."""
    changed = dict(draw(st.sampled_from(SURVEYS)))
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(changed)))
        text = changed[name].decode()
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 3, 10, 40])))
        changed[name] = (text[:start] + draw(INSERTED) + text[end:]).encode()
    return changed


def verdict(of: Files) -> Instrument | InstrumentError:
    try:
        return read_files(of)
    except InstrumentError as error:
        return error


@settings(max_examples=EXAMPLES, deadline=None)
@given(broken_files())
def test_a_broken_instrument_is_refused_with_places_and_nothing_else_is_raised(of: Files) -> None:
    found = verdict(of)
    if isinstance(found, Instrument):
        assert len(found.fingerprint) == 64
        return
    assert found.problems
    for problem in found.problems:
        assert problem.code in TITLES
        assert problem.source.file in of
        lines = of[problem.source.file].decode().count("\n") + 2
        assert 1 <= problem.source.line <= lines
        assert re.match(r"[a-z]+\.yaml:[0-9]+:[0-9]+: ", str(problem))


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["instrument.yaml", "home.yaml", "a.yaml"]), st.binary(max_size=60)
    )
)
def test_files_of_random_bytes_are_refused(of: Files) -> None:
    assert isinstance(verdict(of), InstrumentError)
