"""The life of a case: added, begun, appended to, resumed, handed in, read."""

import uuid
from datetime import UTC, datetime

import pytest

from store import (
    JSON,
    AlreadySubmitted,
    InvalidInput,
    Locked,
    NotAllowed,
    Receipt,
    Study,
    UnknownCase,
    UnknownInstrument,
    UnknownPerson,
    open_study,
)
from tests.store.made import (
    DOCUMENT,
    FINGERPRINT,
    IDENTITY,
    Clock,
    Made,
    add_case,
    answer,
    passphrase,
)


def test_a_case_goes_from_the_data_manager_to_the_interviewer_and_back(empty: Study) -> None:
    dan, ina = empty.unlock("dan", passphrase("dan")), empty.unlock("ina", passphrase("ina"))
    case_id = add_case(dan, "Household 7", "ina")
    (card,) = ina.cases()
    assert (card.state, card.events, card.label, card.mine) == ("fresh", 0, "Household 7", True)

    case = ina.open_case(case_id)
    assert (case.identity, case.events) == (IDENTITY, [])
    receipts = [case.append(answer(number)) for number in (1, 2, 3)]
    assert [receipt.seq for receipt in receipts] == [1, 2, 3]
    assert (case.card.state, case.card.events) == ("open", 3)
    assert case.submit(DOCUMENT).seq == 3

    read = dan.read_submitted(case_id)
    assert (read.document, read.identity, read.label) == (DOCUMENT, IDENTITY, "Household 7")
    assert (read.submitted_by, read.events, read.mode) == ("ina", 3, "interview")
    assert [one.id for one in dan.submitted()] == [case_id]
    assert [one.id for one in dan.submitted({case_id})] == [case_id]
    assert not list(dan.submitted({"another"}))
    assert dan.verify().ok


def test_what_was_appended_is_replayed_with_times_and_ids(made: Made, clock: Clock) -> None:
    study = open_study(made.folder, now=clock)
    ina = study.unlock("ina", passphrase("ina"))
    case = ina.open_case(made.begun)
    given = uuid.UUID(int=7, version=4)
    event: dict[str, JSON] = {"event": "set", "value": [1, None, True, "ä€😀", {"k": -5}]}
    receipt = case.append(event, event_id=given)
    event["value"] = "changed by the caller afterwards"
    study.close()

    study = open_study(made.folder, now=clock)
    case = study.unlock("ina", passphrase("ina")).open_case(made.begun)
    assert case.events[:8] == [answer(number) for number in range(1, 9)]
    last = case.entries[-1]
    assert last.event == {"event": "set", "value": [1, None, True, "ä€😀", {"k": -5}]}
    assert (last.seq, last.at, last.event_id) == (9, clock.time, str(given))
    assert receipt == Receipt(9, clock.time)
    study.close()


def test_repeating_an_append_is_harmless_also_after_reopening(made: Made, clock: Clock) -> None:
    study = open_study(made.folder, now=clock)
    ina = study.unlock("ina", passphrase("ina"))
    case, given = ina.open_case(made.other), uuid.uuid4()
    first = case.append(answer(6), event_id=given)
    clock.pass_seconds(5)
    assert case.append(answer(6), event_id=given) == first
    case.release()
    case = ina.open_case(made.other)
    assert case.append(answer(6), event_id=given) == first
    assert len(case.events) == 6
    with pytest.raises(InvalidInput, match="already used"):
        case.append(answer(7), event_id=given)
    assert case.append(answer(7)).seq == 7
    study.close()


def test_times_in_clear_are_rounded_and_carry_their_zone(made: Made, clock: Clock) -> None:
    study = open_study(made.folder, now=clock)
    ina = study.unlock("ina", passphrase("ina"))
    case = ina.open_case(made.begun)
    case.append(answer(9))
    assert case.card.updated == datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    study.close()


@pytest.mark.parametrize(
    "event",
    [
        {"value": 1.5},
        {"value": float("nan")},
        {"value": 2**63},
        {"value": "\ud800"},
        {"value": "x" * 2**20},
    ],
)
def test_an_event_that_cannot_be_saved_leaves_the_case_as_it_was(
    made: Made, event: dict[str, JSON]
) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with pytest.raises(InvalidInput):
            case.append(event)
        assert case.append(answer(9)).seq == 9
        assert len(case.events) == 9


def test_yes_and_no_and_a_missing_reason_are_equally_long_in_the_database(made: Made) -> None:
    values: list[JSON] = ["yes", "no", "not_sure", "declined", 7, None]
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        for value in values:
            case.append({"item": "owns_car", "value": value})
    with made.sql() as sql:
        query = "SELECT length(envelope) FROM event WHERE case_id = ? AND seq > 8"
        lengths = {row[0] for row in sql.execute(query, (made.begun,))}
    assert lengths == {12 + 12 + 256 + 16}


def test_after_release_and_after_lock_nothing_is_written(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        case.release()
        case.release()
        with pytest.raises(NotAllowed, match="open it again"):
            case.append(answer(9))
        case = ina.open_case(made.begun)
        ina.lock()
        ina.lock()
        for forbidden in (ina.cases, ina.verify, lambda: ina.open_case(made.begun)):
            with pytest.raises(Locked):
                forbidden()
        with pytest.raises(Locked):
            case.append(answer(9))
    with made.unlocked("dan") as (dan,):
        assert dan.verify().ok


def test_locking_overwrites_the_keys(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        assert case._held.keys is not None
        assert dan.data_key is not None
        secrets = [ina.keys.sealing.raw, ina.keys.signing.raw, dan.keys.sealing.raw]
        secrets += [dan.data_key.raw, case._held.keys.encrypt, case._held.keys.chain]
        assert all(any(secret) for secret in secrets)
        ina.lock()
        dan.lock()
        assert not any(any(secret) for secret in secrets)


def test_a_submitted_case_is_closed(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        with pytest.raises(AlreadySubmitted):
            ina.open_case(made.submitted)
        case = ina.open_case(made.begun)
        case.submit(DOCUMENT)
        with pytest.raises(NotAllowed):
            case.append(answer(9))
        with pytest.raises(NotAllowed):
            case.submit(DOCUMENT)
        case.release()
        with pytest.raises(NotAllowed, match="not submitted"):
            dan.read_submitted(made.other)
        assert dan.verify().ok


def test_a_document_that_cannot_be_sealed_leaves_the_case_open(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        with pytest.raises(InvalidInput):
            case.submit({"answers": {"rate": 2**64}})
        assert case.append(answer(9)).seq == 9
        assert dan.verify().ok


def test_the_clear_case_row_cannot_be_given_strange_words(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        for mode in ("", "two words", "m" * 33, "mode\n", "\x1b[2J"):
            with pytest.raises(InvalidInput):
                dan.add_case(
                    label="L", identity={}, instrument=FINGERPRINT, mode=mode, assignee="ina"
                )
        for label in ("", "two\nlines", "x" * 201, "\x1b]52;c;eA==\x07"):
            with pytest.raises(InvalidInput):
                add_case(dan, label, "ina")
        with pytest.raises(UnknownInstrument):
            dan.add_case(label="L", identity={}, instrument="0" * 64, mode="record", assignee="ina")
        with pytest.raises(UnknownPerson):
            add_case(dan, "L", "nobody")
        with pytest.raises(NotAllowed, match="not an interviewer"):
            add_case(dan, "L", "sue")
        assert len(dan.cases()) == 5
        longest = "m" * 32
        dan.add_case(label="L", identity={}, instrument=FINGERPRINT, mode=longest, assignee="ina")
        assert longest in [card.mode for card in dan.cases()]


def test_an_unknown_case_is_told_as_that(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        for unknown in ("0" * 32, "", "'; DROP TABLE event; --"):
            with pytest.raises(UnknownCase):
                ina.open_case(unknown)
            with pytest.raises(UnknownCase):
                dan.read_submitted(unknown)


def test_one_person_may_run_a_study_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    from store import KdfCost, NewPerson, Role, create_study
    from tests.store.made import INSTRUMENT, rehearse

    study = create_study(
        tmp_path_factory.mktemp("alone") / "study",
        title="A pilot of one",
        kind="live",
        people=[NewPerson("solo", frozenset(Role), passphrase("solo"))],
        cost=KdfCost.FLOOR,
    )
    rehearse(study, "solo", "solo")
    solo = study.unlock("solo", passphrase("solo"))
    solo.add_instrument(INSTRUMENT)
    case_id = add_case(solo, "Household 1", "solo")
    case = solo.open_case(case_id)
    case.append(answer(1))
    case.submit(DOCUMENT)
    assert solo.read_submitted(case_id).document == DOCUMENT
    assert solo.verify().ok
    study.close()
