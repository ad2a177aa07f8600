"""Lists of cases by pages: the first to do, and what is opened of them."""

from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from store import Access, Kind, Role
from store.backup import ballast
from store.crypto.sealing import open_identity
from tests.store.made import Made, found

ORDER = {"open": 0, "fresh": 1, "submitted": 2, "accepted": 3, "erased": 4}


def test_pages_are_the_whole_list_cut_in_pieces(made: Made) -> None:
    with made.unlocked("dan", "ina") as people:
        for who in people:
            whole = who.cases()
            assert [card.id for card in whole] == sorted(card.id for card in whole)
            pages, after = [], ""
            while part := who.cases(after=after, count=2):
                assert len(part) <= 2
                pages += part
                after = part[-1].id
            assert pages == whole
            for card in whole:
                assert who.cases(begins=card.short_id) == [card]
            bare = [replace(card, label=None, identity=None) for card in whole]
            assert who.cases(labels=False) == bare
        assert people[1].cases(mine_only=True) == [one for one in people[1].cases() if one.mine]


@pytest.mark.parametrize("name", ["dan", "ina"])
@pytest.mark.parametrize("mine_only", [True, False])
def test_the_queue_begins_with_what_is_to_do(made: Made, name: str, mine_only: bool) -> None:
    with made.unlocked(name) as (who,):
        whole = who.cases(mine_only=mine_only)
        expected = sorted(whole, key=lambda one: (not one.mine, ORDER[one.state], one.id))
        for count in (1, 2, len(whole) + 1):
            queue = who.queue(mine_only=mine_only, count=count)
            assert queue.cards == expected[:count]
            assert queue.in_all == len(whole)
            assert queue.to_do == sum(one.mine and one.state in ("open", "fresh") for one in whole)


def test_only_the_labels_on_show_are_opened(made: Made) -> None:
    def opened(dan: Access, **asked: int | bool) -> int:
        dan.known.clear()
        with mock.patch("store.casework.listing.open_identity", wraps=open_identity) as opens:
            dan.cases(**asked)  # type: ignore[arg-type]
        return opens.call_count

    with made.unlocked("dan") as (dan,):
        assert [opened(dan, count=2), opened(dan, labels=False), opened(dan)] == [2, 0, 5]
        with mock.patch("store.casework.listing.open_identity", wraps=open_identity) as opens:
            dan.known.clear()
            dan.queue(mine_only=False, count=3)
        assert opens.call_count == 3


def test_an_altered_case_is_marked_on_every_page_that_shows_it(made: Made) -> None:
    with made.sql() as database:
        database.execute('UPDATE "case" SET mode = ? WHERE id = ?', ("record", made.fresh))
    with made.unlocked("dan", "ina") as people:
        for who in people:
            lists = [
                who.cases(),
                who.cases(begins=made.fresh),
                who.queue(mine_only=False, count=9).cards,
            ]
            for cards in lists:
                assert [card.id for card in cards if card.damaged] == [made.fresh]
        assert not people[0].verify().ok


def test_a_live_study_holds_its_room_and_practice_none(tmp_path: Path) -> None:
    kinds: dict[Kind, bool] = {"live": True, "practice": False}
    for kind, holds in kinds.items():
        study = found(
            tmp_path / kind,
            kind,
            {"ada": frozenset({Role.ADMINISTRATOR, Role.DATA_MANAGER})},
            rehearsed=False,
        )
        assert not (study.folder / ballast.FILE_NAME).exists()
        assert ballast.keep_for(study) == holds
        assert (study.folder / ballast.FILE_NAME).exists() == holds
        study.close()
