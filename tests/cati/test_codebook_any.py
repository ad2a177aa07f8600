"""Codebooks of instruments made at random: whole, well formed, and of the right shape."""

from random import Random

from hypothesis import HealthCheck, given, settings

from cati.codebook import codebook, to_ddi, to_html
from cati.codebook.words import Wording
from instrument.conditions.nodes import names_read
from tests.cati.codebook_page import Page
from tests.cati.codebook_survey import expressions, named
from tests.cati.ddi_shape import shape_problems
from tests.strategies import random_instrument, randoms


@given(randoms)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_instrument_has_a_codebook(rng: Random) -> None:
    instrument = random_instrument(rng)
    book = codebook(instrument)
    rosters = set(instrument.items) - {entry.name for entry in book.entries}
    assert rosters == {roster.name for roster in instrument.roster_of.values()}
    page = Page(to_html(book))
    assert page.problems == []
    assert {f"v-{name}" for name in instrument.items} <= set(page.ids)
    assert shape_problems(to_ddi(book)) == []


@given(randoms)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_words_name_everything_that_any_condition_reads(rng: Random) -> None:
    instrument = random_instrument(rng)
    wording = Wording(instrument)
    for one in expressions(instrument):
        read = names_read(one.tree) & instrument.items.keys()
        assert named(wording.condition(one.tree)) == read, str(one)
