"""What people with a role can try with a program of their own to get another, or another's keys."""

import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from store import (
    DamagedStudy,
    InvalidInput,
    NewerFormat,
    NewPerson,
    NotAllowed,
    Role,
)
from store.migrations.upgrading import upgrade
from store.record import audit
from store.record.audit import Deed
from store.trust.entries import Body
from store.trust.giving import Signer
from tests.store.forging import ABE, edited, helper, put_in_place, signer, with_person
from tests.store.made import DOCUMENT, PEOPLE, Made, add_case, found, passphrase


def _instead(later: Body, _: Body) -> Body:
    """A change whose outcome is known."""
    return later


def test_no_administrator_makes_a_data_manager_alone(office: Made) -> None:
    with office.unlocked("ada", "abe") as both:
        for who in both:
            study, me = who.study, signer(who)
            for by in ("format 1", study.body.founder):
                later = with_person(study.body, helper(study.body, me, by)[0])
                with pytest.raises(DamagedStudy, match="made zoe a data manager"):
                    study.change(partial(_instead, later), *me, Deed.POLICY_CHANGED, study.id)


def test_nobody_forgets_who_was_there_from_the_founding(original: Made, tmp_path: Path) -> None:
    """Without them a study looks as if it came from format 1; nobody's key file says so."""
    for name, change in FORGETTING.items():
        made = original.copy(tmp_path / name)
        with made.unlocked("ada") as (ada,):
            me, body = signer(ada), ada.study.body
        put_in_place(made.folder, change(body, me), me)
        for who in ("ina", "dan", "ada"):
            with pytest.raises(DamagedStudy, match="other keys"), made.unlocked(who):
                pass


def _as_of_format_1(body: Body, me: Signer) -> Body:
    dan = body.person("dan").keys[0].model_copy(update={"by": "format 1", "signature": ""})
    later = edited(body, "dan", keys=(dan,)).model_copy(update={"founding": ()})
    return with_person(later, helper(body, me, "format 1")[0])


def _one_more_founding(body: Body, me: Signer) -> Body:
    entry, _ = helper(body, me, body.founder)
    founding = (*body.founding, entry.id)
    return with_person(body, entry).model_copy(update={"founding": founding})


FORGETTING: dict[str, Callable[[Body, Signer], Body]] = {
    "as of format 1": _as_of_format_1,
    "one more founding": _one_more_founding,
}


def test_data_managers_of_the_founding_and_after_it_hold_the_next_data_key(tmp_path: Path) -> None:
    """The control: the honest way to make one."""
    with closing(found(tmp_path / "study", everyone=ABE)) as study:
        abe, dan = (study.unlock(name, passphrase(name)) for name in ("abe", "dan"))
        new = NewPerson("zoe", frozenset({Role.DATA_MANAGER}), passphrase("zoe"))
        abe.people.add(new, dan)
        case_id = add_case(dan, "Household 1", "ina")
        study.unlock("ina", passphrase("ina")).open_case(case_id).submit(DOCUMENT)
        assert dan.study_keys.rotate(abe) == "data.2"
        assert set(study.unlock("zoe", passphrase("zoe")).secrets) == {"data", "data.2"}
        assert study.unlock("dan", passphrase("dan")).verify().problems == ()


def test_whose_role_came_and_went_by_an_administrator_signs_in_between(office: Made) -> None:
    """The control: a role given, used, and taken away; somebody new who uses theirs; sheets."""
    both = frozenset({Role.ADMINISTRATOR, Role.INTERVIEWER})
    with office.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        ada.people.change_roles("ina", both)
        ina.study.unlock("ina", passphrase("ina")).people.suspend("ivo")
        ada.people.change_roles("ina", frozenset({Role.INTERVIEWER}))
        new = NewPerson("bea", frozenset({Role.ADMINISTRATOR}), passphrase("bea"))
        ada.people.add(new)
        ada.people.set_expiry("abe", "2026-01-01")
        bea = ada.study.unlock("bea", passphrase("bea"))
        bea.people.resume("ivo")
        bea.people.enroll_again("abe", "another quiet garden of abe")
        bea.people.set_expiry("abe", None)
        again = ada.study.unlock("abe", "another quiet garden of abe")
        again.people.change_policy(lock_after_minutes=9)
        assert dan.verify().problems == ()


def test_who_is_no_data_manager_any_more_adds_no_cases(office: Made) -> None:
    with office.unlocked("ada", "dan") as (ada, dan):
        add_case(dan, "Household 1", "ina")
        ada.people.add(NewPerson("dot", PEOPLE["dan"], passphrase("dot")), dan)
        dot = ada.study.unlock("dot", passphrase("dot"))
        ada.people.change_roles("dan", frozenset({Role.INTERVIEWER}), dot)
        assert dot.verify().problems == (), "control: what was added before goes on counting"
        with ada.study.database.write() as connection:
            about, at = "ab" * 16, ada.study.now()
            audit.record(connection, dot.study.body, *signer(dan), Deed.EXPORTED, about, at)
        (problem,) = dot.verify().problems
        assert "signed by dan, who had not the role for it then" in problem


def test_an_administrator_reviews_only_with_a_data_managers_word(office: Made) -> None:
    both = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
    with office.unlocked("ada", "abe", "dan") as (ada, abe, dan):
        for name in ("ada", "abe", "sue"):
            with pytest.raises(NotAllowed, match="two people"):
                ada.people.change_roles(name, both)
        with pytest.raises(NotAllowed, match="two people"):
            abe.people.add(NewPerson("zoe", both, passphrase("zoe")))
        ada.people.change_roles("abe", both, dan)
        ada.people.add(NewPerson("una", PEOPLE["sue"], passphrase("una")))
        assert dan.verify().problems == (), "control: with a data manager, and as it always was"


def test_a_study_that_asks_for_a_later_suite_is_not_opened(office: Made) -> None:
    with office.unlocked("ada") as (ada,):
        with pytest.raises(InvalidInput, match="suite 1"):
            ada.people.change_policy(min_suite=2)
        body, by = ada.study.body, signer(ada)
    later = body.model_copy(update={"policy": body.policy.model_copy(update={"min_suite": 2})})
    put_in_place(office.folder, later, by)
    with pytest.raises(NewerFormat, match="update cati"), office.unlocked("ada"):
        pass


@pytest.mark.parametrize("then", ["vouched for", "removed"])
def test_after_an_upgrade_a_data_manager_vouches_before_keys_go_on(
    then: str, tmp_path: Path
) -> None:
    """A study of format 1 did not say who was there from the founding."""
    shutil.copytree(Path(__file__).parent / "releases/format-1", tmp_path / "study")
    upgrade(tmp_path / "study", "ada", passphrase("ada"))
    old = Made(tmp_path / "study", "", "", "", "", "")
    with old.unlocked("ada", "dan") as (ada, dan):
        me = signer(ada)
        entry, _ = helper(ada.study.body, me, "format 1")
        deed, about = Deed.POLICY_CHANGED, ada.study.id
        ada.study.change(lambda body: with_person(body, entry), *me, deed, about)
        for change in (
            lambda: dan.study_keys.rotate(ada),
            lambda: ada.people.change_policy(dan, review="all"),
        ):
            with pytest.raises(NotAllowed, match="administrator's word"):
                change()
        assert ada.study.body.keys == ()
        if then == "removed":
            ada.people.remove("zoe")
            assert dan.study_keys.rotate(ada) == "data.2"
            assert ada.study.body.person_by_id(entry.id) == entry.model_copy(
                update={"status": "removed"}
            )
            return
        assert dan.study_keys.rotate(ada, vouched=frozenset({"zoe"})) == "data.2"
        zoe = ada.study.body.person("zoe")
        assert [given.by for given in zoe.keys] == [dan.entry.id] * 2
        assert dan.study_keys.rotate(ada) == "data.3", "asked once"
