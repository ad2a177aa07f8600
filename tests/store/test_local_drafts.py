"""What was entered when the case was another's already: sealed to who entered it, and shown."""

from pathlib import Path

import pytest

from store import JSON, InvalidInput, LeaseLost, OpenCase, canonical
from tests.store.made import DOCUMENT, Made, answer

SECRET: dict[str, JSON] = {"e": "set", "q": "street", "v": "Birch Lane"}


def files(made: Made) -> list[Path]:
    return sorted((made.folder / "drafts").glob("*"))


def refused(made: Made, case: OpenCase, *events: dict[str, JSON]) -> None:
    """A supervisor ends the hold; then these are appended."""
    with made.unlocked("sue") as (sue,):
        sue.assignments.end_lease(made.begun)
    for event in events:
        with pytest.raises(LeaseLost):
            case.append(event)


def test_what_was_refused_is_offered_and_thrown_away(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        refused(made, case, SECRET, answer(10))
        assert case.draft_kept
        case.keep_draft({"e": "typed", "text": "half a sen"})
        case.release()
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        assert case.events == [answer(number) for number in range(1, 9)]
        drafts = ina.drafts.of(made.begun)
        events = [entry.event for draft in drafts for entry in draft.entries]
        assert events == [SECRET, answer(10), {"e": "typed", "text": "half a sen"}]
        # Each would have been the next one: nothing was saved since.
        assert [entry.seq for draft in drafts for entry in draft.entries] == [9, 9, 9]
        assert ina.drafts.every() == drafts
        assert ina.drafts.of(made.other) == ()
        ina.drafts.throw_away(drafts[0])
        ina.drafts.throw_away(drafts[0])
        assert ina.drafts.of(made.begun) == drafts[1:]
        assert dan.verify().ok


def test_nobody_else_reads_it_and_its_length_tells_nothing(made: Made) -> None:
    with made.unlocked("ina", "ivo", "dan") as (ina, ivo, dan):
        case = ina.open_case(made.begun)
        refused(made, case, SECRET, {"e": "set", "q": "street", "v": "x" * 60})
        first, second = files(made)
        assert first.stat().st_mode & 0o777 == 0o600
        assert first.parent.stat().st_mode & 0o777 == 0o700
        assert first.stat().st_size == second.stat().st_size
        assert not any(word in first.read_bytes() for word in (b"street", b"Birch"))
        assert ivo.drafts.every() == ()
        # The study's data managers read it, too: its author may not be there to say what it was.
        assert dan.drafts.every() == ina.drafts.every()
        assert {draft.by for draft in dan.drafts.every()} == {"ina"}
        assert dan.drafts.of(made.begun) == ()
        # Under another name, or bound to another case, it opens nowhere.
        for old, new in ((ina.entry.id, ivo.entry.id), (made.begun, made.other)):
            copy = first.with_name(first.name.replace(old, new))
            copy.write_bytes(first.read_bytes().replace(old.encode(), new.encode()))
        assert ivo.drafts.every() == ()
        assert ina.drafts.of(made.other) == ()
        assert len(ina.drafts.of(made.begun)) == 2


@pytest.mark.parametrize("how", ["cut", "flipped", "not json", "gone"])
def test_a_damaged_draft_is_passed_over(made: Made, how: str) -> None:
    with made.unlocked("ina") as (ina,):
        refused(made, ina.open_case(made.begun), SECRET, answer(10))
        victim = files(made)[0]
        data = victim.read_bytes()
        match how:
            case "cut":
                victim.write_bytes(data[:-9])
            case "flipped":
                victim.write_bytes(data.replace(b'"sealed":"', b'"sealed":"AAAA', 1))
            case "not json":
                victim.write_bytes(b"\xff\x00")
            case "gone":
                victim.unlink()
        assert len(ina.drafts.of(made.begun)) == 1


def test_who_is_refused_reads_how_much_is_kept_and_for_whom(made: Made) -> None:
    with made.unlocked("ina", "sue") as (ina, sue):
        case = ina.open_case(made.begun)
        sue.assignments.end_lease(made.begun)
        with pytest.raises(LeaseLost, match="1 entry is kept in this study folder, for you and"):
            case.append(SECRET)


def test_a_draft_of_the_release_before_opens_for_its_author(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        refused(made, ina.open_case(made.begun), SECRET)
        fields = canonical.decode_object(files(made)[0].read_bytes())
        old = {name: fields[name] for name in ("case", "person", "sealed")} | {"format": 1}
        files(made)[0].write_bytes(canonical.encode(old))
        assert [one.by for one in ina.drafts.every()] == ["ina"]
        assert dan.drafts.every() == ()


@pytest.mark.parametrize("forged", [True, False])
def test_what_was_not_saved_goes_when_its_case_is_accepted(made: Made, forged: bool) -> None:
    """On another computer the state in the row tells of it, and only if that was signed."""
    folder = made.folder / "drafts"
    with made.unlocked("ina") as (ina,):
        refused(made, ina.open_case(made.begun), SECRET)
        ina.open_case(made.begun).submit(DOCUMENT)
    kept = folder.rename(made.folder / "of another computer")
    with made.unlocked("dan") as (dan,):
        if forged:
            with made.sql() as sql:
                sql.execute('UPDATE "case" SET state = ? WHERE id = ?', ("accepted", made.begun))
        else:
            dan.reviews.accept(made.begun)
    kept.rename(folder)
    with made.unlocked("ivo"):
        assert len(files(made)) == forged
    if forged:
        with made.sql() as sql:
            sql.execute('UPDATE "case" SET state = ? WHERE id = ?', ("submitted", made.begun))
        with made.unlocked("dan") as (dan,):
            dan.reviews.accept(made.begun)
        assert files(made) == []


def test_a_refusal_is_told_where_no_draft_can_be_kept(made: Made) -> None:
    (made.folder / "drafts").write_bytes(b"")
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        refused(made, case, SECRET)
        assert not case.draft_kept


def test_what_cannot_be_saved_at_all_leaves_none(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with pytest.raises(InvalidInput):
            case.append({"e": "set", "v": "x" * 2**21})
        case.submit(DOCUMENT)
    assert files(made) == []


def test_an_erased_case_leaves_neither_draft_nor_spool(made: Made) -> None:
    from store import Reason

    with made.unlocked("ina", "dan", "ada") as (ina, dan, ada):
        refused(made, ina.open_case(made.begun), SECRET)
        spool = made.folder / "spool"
        spool.mkdir()
        (spool / f"{made.begun}-{ina.entry.id}-3").write_bytes(b"")
        again = ina.open_case(made.begun)
        dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada)
        assert files(made) == list(spool.iterdir()) == []
        with pytest.raises(Exception, match="erased"):
            again.append(SECRET)
        assert files(made) == []
