"""A former administrator with database and folder makes the word of others count for their own."""

from pathlib import Path

import pytest

from store import NewPerson, Role, StoreError, open_study
from store.binding import bind
from store.clock import to_text, utc_now
from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret
from store.record import chain
from store.record.audit import Deed
from store.team.enrolling import make_entry
from store.trust import manifest
from store.trust.entries import Body
from tests.store.forging import back_again, edited, ended
from tests.store.made import Made, add_case, passphrase


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


@pytest.mark.parametrize("real", [False, True], ids=["another key", "her own"])
def test_nobody_signs_as_an_administrator_whom_others_appointed(office: Made, real: bool) -> None:
    """The keys of one who never signed a change are exchanged; the control is that she signs."""
    with office.unlocked("ada") as (ada,):
        ada.people.add(NewPerson("bea", frozenset({Role.ADMINISTRATOR}), passphrase("bea")))
    abe, body = ended(office, "role taken away")
    if real:
        with office.unlocked("bea", "dan") as (bea, dan):
            bea.people.change_policy(lock_after_minutes=9)
            add_case(dan, "Household 1", "ina")
            assert dan.verify().problems == ()
        return
    later, by = back_again(body, abe, "role taken away")
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    public, bea_id = PublicKeys(sealing.public, signing.public), body.person("bea").id
    person = NewPerson("bea", frozenset({Role.ADMINISTRATOR}), passphrase("bea"))
    entry = make_entry(person, bea_id, public, body.id, body.kind, abe)
    changed = ("sealing", "signing", "appointed_by", "appointment")
    later = edited(later, "bea", **{name: getattr(entry, name) for name in changed})
    signed = manifest.sign(later.model_copy(update={"version": body.version + 1}), *by)
    about = manifest.audit_note(f"{abe[0]}:interviewer>administrator", signed)
    note(office.folder, body, bea_id, about, signing)
    (office.folder / "study.yaml").write_bytes(manifest.write(signed))
    came_back(office, body, "signed by bea, whose keys are others than those appointed then")
