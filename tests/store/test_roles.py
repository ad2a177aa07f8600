"""People as an administrator lets them in; what they may do is tried in test_matrix."""

import pytest

from store import InvalidInput, NewPerson, Role
from store.record import audit
from store.trust import taking_part
from tests.store.made import Made, passphrase


@pytest.mark.parametrize(
    "name", ["x", "Ina", "1na", "ina ", "ina/../ada", "i" * 33, "", "ina\n", "\u0456na"]
)
def test_names_that_cannot_be_used_are_refused(made: Made, name: str) -> None:
    with made.unlocked("ada") as (ada,), pytest.raises(InvalidInput):
        ada.add_person(NewPerson(name, frozenset({Role.INTERVIEWER}), passphrase("x")))


def test_a_name_that_is_taken_and_a_person_without_roles_are_refused(made: Made) -> None:
    with made.unlocked("ada") as (ada,):
        before = (made.folder / "keys/ina.key").read_bytes()
        with pytest.raises(InvalidInput, match="already"):
            ada.add_person(NewPerson("ina", frozenset({Role.INTERVIEWER}), passphrase("x")))
        assert (made.folder / "keys/ina.key").read_bytes() == before
        with pytest.raises(InvalidInput, match="role"):
            ada.add_person(NewPerson("nemo", frozenset(), passphrase("x")))


BOTH = frozenset({Role.INTERVIEWER, Role.SUPERVISOR})


@pytest.mark.parametrize(
    ("turns", "was"),
    [
        ([], {Role.INTERVIEWER}),
        ([BOTH], BOTH),
        ([BOTH, {Role.SUPERVISOR}], BOTH),
        ([BOTH, {Role.DATA_MANAGER, Role.SUPERVISOR}, {Role.INTERVIEWER}], BOTH),
    ],
)
def test_what_somebody_was_is_told_by_the_first_change_after_it(
    made: Made, turns: list[set[Role]], was: set[Role]
) -> None:
    with made.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        for roles in turns[:1]:
            ada.people.change_roles("ina", frozenset(roles), dan)
        ina.open_case(made.begun).release()
        with dan.study.database.read() as connection:
            *_, entry = audit.entries(connection)
        assert entry.actor == ina.entry.id
        for roles in turns[1:]:
            ada.people.change_roles("ina", frozenset(roles), dan)
        with dan.study.database.read() as connection:
            body = dan.study.body
            assert {r for r in Role if taking_part.was(connection, body, entry, r)} == was
