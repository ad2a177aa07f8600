"""What people with a role can try with a program of their own to get another, or another's keys."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store import (
    Access,
    DamagedStudy,
    NewPerson,
    Role,
    audit,
    giving,
    manifest,
)
from store.audit import Deed
from store.clock import utc_now
from store.entries import Body, GivenKey, PersonEntry, pack
from store.giving import Signer
from store.keys import PublicKeys, SealingSecret, SigningSecret, seal_to
from tests.store.made import DOCUMENT, PEOPLE, Made, add_case, found, passphrase

ABE = PEOPLE | {"abe": frozenset({Role.ADMINISTRATOR})}


def signer(access: Access) -> Signer:
    """Who signs, from what they hold while unlocked."""
    return access.entry.id, SigningSecret(bytes(access.keys.signing.raw))


def helper(body: Body, by: Signer, given_by: str, name: str = "zoe") -> tuple[PersonEntry, Signer]:
    """Someone with keys of their own to whom a wrap of noise was "given"."""
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    public, who = PublicKeys(sealing.public, signing.public), os.urandom(16).hex()
    wrap = seal_to(public.sealing, os.urandom(96), b"noise")
    about = (body.id, body.kind, "data", body.public_key("data"), who, public, wrap)
    word = "" if given_by == "format 1" else pack(by[1].sign(giving.given_message(*about)))
    given = GivenKey.model_validate(
        {"key": "data", "wrap": pack(wrap), "by": given_by, "signature": word}
    )
    entry = PersonEntry(
        id=who,
        name=name,
        roles=(Role.DATA_MANAGER,),
        sealing=pack(public.sealing),
        signing=pack(public.signing),
        keys=(given,),
    )
    return entry, (who, signing)


def with_person(body: Body, entry: PersonEntry) -> Body:
    """The body with one person more."""
    return body.model_copy(update={"people": (*body.people, entry)})


def edited(body: Body, name: str, **changes: object) -> Body:
    """The body with another entry for someone."""
    people = (one.model_copy(update=changes) if one.name == name else one for one in body.people)
    return body.model_copy(update={"people": tuple(people)})


def put_in_place(
    folder: Path, body: Body, by: Signer, deed: Deed = Deed.POLICY_CHANGED, *, noted: bool = True
) -> None:
    """A next manifest signed by `by`, put into the folder with an entry of the audit."""
    from store import open_study

    later = body.model_copy(update={"version": body.version + 1})
    signed = manifest.sign(later, *by)
    study = open_study(folder)
    try:
        with study.database.write() as connection:
            note = manifest.audit_note(body.id, signed)
            if noted:
                audit.record(connection, study.body, *by, deed, note, utc_now())
            (folder / "study.yaml").write_bytes(manifest.write(signed))
    finally:
        study.close()


@pytest.mark.parametrize("who", ["ada", "abe"])
@pytest.mark.parametrize("given_by", ["format 1", "founder"])
def test_no_administrator_makes_a_data_manager_alone(
    who: str, given_by: str, tmp_path: Path
) -> None:
    with closing(found(tmp_path / "study", everyone=ABE)) as study:
        me = signer(study.unlock(who, passphrase(who)))
        by = study.body.founder if given_by == "founder" else given_by
        entry, _ = helper(study.body, me, by)
        with pytest.raises(DamagedStudy, match="made zoe a data manager"):
            study.change(lambda body: with_person(body, entry), *me, Deed.POLICY_CHANGED, study.id)


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
