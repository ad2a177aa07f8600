"""A former administrator with database and folder makes the word of others count for their own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from store import NewPerson, Role, StoreError, open_study
from store.binding import bind
from store.clock import to_text, utc_now
from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret
from store.errors import AuditAltered, NotFollowed
from store.record import chain
from store.record.audit import Deed
from store.team.enrolling import make_entry
from store.trust import manifest, tenure
from store.trust.entries import Body
from store.trust.giving import Signer
from tests.store.forging import ABE, back_again, edited, ended, put_in_place, signer
from tests.store.made import Made, add_case, found, passphrase


def note(folder: Path, body: Body, actor: str, about: str, by: SigningSecret | None) -> None:
    """An entry in somebody's name, which a key of the forger's signs, or none."""
    study = open_study(folder)
    try:
        with study.database.write() as connection:
            query = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
            seq, last = connection.exec_driver_sql(query).one()
            said = (seq + 1, to_text(utc_now()), actor, Deed.ROLES_CHANGED.value, about)
            hashed = chain.digest(body, last, *said, "")
            signature = bytes(64) if by is None else by.sign(bind("audit signature", hashed))
            connection.exec_driver_sql(
                "INSERT INTO audit (seq, at, actor, action, object, hash, signature, second,"
                " second_signature) VALUES (?, ?, ?, ?, ?, ?, ?, '', x'')",
                (*said, hashed, signature),
            )
    finally:
        study.close()


def came_back(office: Made, body: Body, told: str) -> None:
    """Everybody may verify; nothing else is done, and abe is no administrator."""
    with office.unlocked("dan", "abe") as (dan, abe):
        for deed in (
            lambda: add_case(dan, "Household 1", "ina"),
            lambda: abe.people.change_policy(lock_after_minutes=9),
        ):
            with pytest.raises(StoreError):
                deed()
        assert told in " ".join(dan.verify().problems)
    assert body.policy.lock_after_minutes != 9


@pytest.mark.parametrize("behind", [False, True], ids=["the newest", "behind it one by her"])
def test_an_entry_that_nobody_signed_does_not_count_once_its_actor_signs_another(
    office: Made, tmp_path: Path, behind: bool
) -> None:
    abe, body = ended(office, "role taken away")
    later, by = back_again(body, abe, "role taken away")
    signed = manifest.sign(later.model_copy(update={"version": body.version + 1}), *by)
    about = manifest.audit_note(f"{abe[0]}:interviewer>administrator", signed)
    note(office.folder, body, body.person("ada").id, about, None)
    (office.folder / "study.yaml").write_bytes(manifest.write(signed))
    if behind:  # all that she may do then
        with office.unlocked("ada") as (ada,):
            ada.backups.make(tmp_path)
    came_back(office, body, "is not signed by the person it names")


WHO = ("ada", "abe")
"""Who appointed bea: somebody else, or abe while he was an administrator."""


@pytest.mark.parametrize("by_whom", WHO)
@pytest.mark.parametrize("real", [False, True], ids=["another key", "her own"])
def test_nobody_signs_as_an_administrator_with_other_keys(
    office: Made, real: bool, by_whom: str
) -> None:
    """The keys of one who never signed a change are exchanged; the control is that she signs."""
    with office.unlocked(by_whom) as (appointer,):
        appointer.people.add(NewPerson("bea", frozenset({Role.ADMINISTRATOR}), passphrase("bea")))
    abe, body = ended(office, "role taken away")
    if real:
        with office.unlocked("bea", "dan") as (bea, dan):
            bea.people.change_policy(lock_after_minutes=9)
            add_case(dan, "Household 1", "ina")
            assert dan.verify().problems == ()
        return
    later, by = back_again(body, abe, "role taken away")
    later, signing = with_other_keys(later, "bea", abe)
    version = body.version + 1
    signed = manifest.sign(later.model_copy(update={"version": version}), *by)
    about = manifest.audit_note(f"{abe[0]}:interviewer>administrator", signed)
    bea_id = body.person("bea").id
    note(office.folder, body, bea_id, about, signing)
    with office.unlocked("dan") as (dan,):  # at work, while the file changes
        signed_by_her = manifest.sign(signed.body, bea_id, signing)
        (office.folder / "study.yaml").write_bytes(manifest.write(signed_by_her))
        with pytest.raises(StoreError, match="Lock and unlock again"):
            add_case(dan, "Household 1", "ina")
    (office.folder / "study.yaml").write_bytes(manifest.write(signed))
    came_back(office, body, "signed by bea, whose keys are others than those appointed then")


def with_other_keys(body: Body, name: str, abe: Signer) -> tuple[Body, SigningSecret]:
    """The body with keys of abe's under somebody's id; who is an administrator, abe appoints."""
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    public, one = PublicKeys(sealing.public, signing.public), body.person(name)
    person = NewPerson(name, frozenset(one.roles), passphrase(name))
    entry = make_entry(person, one.id, public, body.id, body.kind, abe)
    changed = ("sealing", "signing", "appointed_by", "appointment")
    return edited(body, name, **{field: getattr(entry, field) for field in changed}), signing


def _of_the_founding(_: Made) -> str:
    return "ina"


def _added(office: Made) -> str:
    with office.unlocked("abe") as (abe,):
        abe.people.add(NewPerson("eva", frozenset({Role.INTERVIEWER}), passphrase("eva")))
    return "eva"


def _enrolled_again(office: Made) -> str:
    with office.unlocked("abe") as (abe,):
        abe.people.enroll_again("ina", passphrase("ina"))
    return "ina"


@pytest.mark.parametrize("let_in", [_of_the_founding, _added, _enrolled_again])
def test_nobody_puts_other_keys_under_the_id_of_another(
    office: Made, let_in: Callable[[Made], str]
) -> None:
    """Not even an administrator; the control is what their program does."""
    name = let_in(office)
    with office.unlocked("abe", "dan", name) as (abe, dan, one):
        abe.people.change_policy(lock_after_minutes=7)
        add_case(dan, "Household 1", name)
        body, by = dan.study.body, signer(abe)
        one.change_passphrase(passphrase(name), "three other words of theirs")
        assert dan.verify().problems == ()
    later, signing = with_other_keys(body, name, by)
    put_in_place(office.folder, later, by)
    note(office.folder, body, body.person(name).id, "0" * 32, signing)
    with office.unlocked("dan", "ada") as (dan, ada):
        for deed in (
            lambda: add_case(dan, "Household 2", name),
            lambda: ada.people.change_policy(lock_after_minutes=9),
        ):
            with pytest.raises(NotFollowed):
                deed()
        told = " ".join(dan.verify().problems)
        assert f"{name} has other keys in the manifest than those of the audit." in told


def test_a_study_whose_entries_name_no_keys_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They did not once; from then on each person who is let in is known by theirs."""
    plain = tenure.about_roles
    with monkeypatch.context() as as_then:
        as_then.setattr(
            tenure, "_listing", lambda who, all_: f"{who}:{'+'.join(x.id for x in all_)}"
        )
        as_then.setattr(tenure, "about_roles", lambda *about: plain(*about[:3]))
        as_then.setattr(tenure, "about_reenrolled", lambda before, new: f"{before}/{new.id}")
        found(tmp_path / "study", everyone=ABE).close()
        office = Made(tmp_path / "study", "", "", "", "", "")
        _added(office)
        _enrolled_again(office)
    with office.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        ada.people.change_roles("eva", frozenset({Role.ADMINISTRATOR}))
        ada.people.add(NewPerson("bea", frozenset({Role.INTERVIEWER}), passphrase("bea")))
        ina.open_case(add_case(dan, "Household 1", "ina")).release()
        assert dan.verify().problems == ()
    with office.unlocked("eva", "dan") as (eva, dan):
        body, by = dan.study.body, signer(eva)
    later, _ = with_other_keys(body, "bea", by)
    put_in_place(office.folder, later, by)
    with office.unlocked("dan") as (dan,):
        assert isinstance(dan.doubt, NotFollowed)


def test_an_entry_that_nobody_signed_does_not_lock_anybody_out(
    office: Made, tmp_path: Path
) -> None:
    """Anybody with SQL can append one; the manifest in place is still the newest that counts."""
    with office.unlocked("ada") as (ada,):
        body = ada.study.body
        assert ada.doubt is None
    note(office.folder, body, body.person("ada").id, f"{body.id} manifest {'0' * 64}", None)
    with office.unlocked("dan", "ada") as (dan, ada):
        assert "is not signed by the person it names" in " ".join(dan.verify().problems)
        ada.backups.make(tmp_path)
        for who in (dan, ada):
            assert isinstance(who.doubt, AuditAltered)
        with pytest.raises(AuditAltered):
            add_case(dan, "Household 1", "ina")
