"""Edited conditions are noticed by a deck, or proved to mean the same; small."""

from functools import cache

import pytest

from instrument import read_files
from skips.proof.deck.script import Script
from skips.proof.verdict import Verdict
from tests.campaigns.deck_mutants import judged_edits, new_deck
from tests.campaigns.planted.bases import base_files


@cache
def deck(name: str) -> list[Script]:
    return new_deck(read_files(base_files(name)))


@pytest.mark.parametrize("name", ["volunteering", "school"])
def test_edits_are_noticed_or_mean_the_same(name: str) -> None:
    judged = list(judged_edits(base_files(name), deck(name), 15, seed=3))
    assert len(judged) >= 10
    missed = [str(edit) for edit, verdict in judged if verdict not in (None, Verdict.IMPOSSIBLE)]
    assert not missed
    assert sum(verdict is None for _, verdict in judged) > len(judged) / 2


def test_control_without_interviews_nothing_is_noticed() -> None:
    judged = list(judged_edits(base_files("school"), (), 5, seed=3))
    assert {verdict for _, verdict in judged} <= {Verdict.POSSIBLE, Verdict.IMPOSSIBLE}
    assert Verdict.POSSIBLE in {verdict for _, verdict in judged}
