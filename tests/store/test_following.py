"""A former administrator who writes a manifest of their own is not followed."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store import (
    Access,
    DamagedStudy,
    NewPerson,
    NotAllowed,
    Role,
    StoreError,
    open_study,
)
from store.backup import restoring
from store.binding import bind
from store.clock import to_text, utc_now
from store.errors import NotFollowed
from store.moving import packet_file
from store.record import chain
from store.record.audit import Deed
from store.trust import manifest
from store.trust.entries import Body, pack
from store.trust.giving import Signer
from tests.store.forging import (
    ENDED,
    back_again,
    edited,
    ended,
    packet,
    put_in_place,
    signer,
)
from tests.store.made import Made, add_case, passphrase

MANIFEST = "study.yaml"


def _plainly(_: Body, __: Body) -> tuple[Deed, str]:
    return Deed.POLICY_CHANGED, ""


def _as_a_change_of_roles(body: Body, _: Body) -> tuple[Deed, str]:
    return Deed.ROLES_CHANGED, f"{body.person('abe').id}:interviewer>administrator"


def _as_somebody_new(_: Body, later: Body) -> tuple[Deed, str]:
    return Deed.PERSON_ADDED, f"{later.people[-1].id}:>administrator"


def _as_resumed(body: Body, _: Body) -> tuple[Deed, str]:
    return Deed.PERSON_RESUMED, body.person("abe").id


def _as_restored(body: Body, later: Body) -> tuple[Deed, str]:
    return Deed.BACKUP_RESTORED, f"{'ab' * 16}:{'+'.join(one.id for one in later.people)}"


def _as_by_sheets(body: Body, later: Body) -> tuple[Deed, str]:
    return Deed.SHEETS_USED, f"{body.person('ada').id}/{later.people[-1].id}:>administrator"


TRIES = (
    ("role taken away", _plainly),
    ("suspended", _plainly),
    ("removed, by a helper", _plainly),
    ("role taken away", _as_a_change_of_roles),
    ("removed, by a helper", _as_somebody_new),
    ("suspended", _as_resumed),
    ("suspended", _as_restored),
    ("role taken away", _as_restored),
    ("removed, by a helper", _as_restored),
    ("role taken away", _as_by_sheets),
)
"""Who comes back, and as what they note it in the audit."""


def refused(person: Access) -> None:
    """They can verify, and do nothing else."""
    for attempt in (
        lambda: person.publish("pace", {}),
        lambda: person.people.suspend("ina"),
        lambda: add_case(person, "Household 1", "ina"),
    ):
        with pytest.raises((NotFollowed, NotAllowed)) as told:
            attempt()
    assert person.doubt is not None
    assert "no administrator then" in str(told.value) or "You may not" in str(told.value)


@pytest.mark.parametrize(("how", "saying"), TRIES)
def test_a_former_administrator_who_comes_back_is_reported_and_not_followed(
    how: str, saying: Callable[[Body, Body], tuple[Deed, str]], office: Made
) -> None:
    abe, body = ended(office, how)
    with office.unlocked("dan") as (dan,):
        assert dan.verify().problems == (), "control: they only left"
    before = (office.folder / MANIFEST).read_bytes()
    later, by = back_again(body, abe, how)
    if how == "suspended":  # and says that who suspended them was nobody
        roles = (Role.INTERVIEWER,)
        later = edited(later, "ada", roles=roles, former_roles=(Role.ADMINISTRATOR,))
    put_in_place(office.folder, later, by, *saying(body, later))
    with office.unlocked("dan", "ada", "ina") as everyone:
        told = " ".join(everyone[0].verify().problems)
        for who in everyone:
            refused(who)
    assert "of the audit is signed by" in told or "without an entry in the audit" in told
    if how == "removed, by a helper":
        return  # whose key nobody knows after that: it takes a backup of the whole study
    # The manifest of before put back from a backup: everybody goes on.
    (office.folder / MANIFEST).write_bytes(before)
    with office.unlocked("dan", "ada") as (dan, ada):
        add_case(dan, "Household 1", "ina")
        ada.people.change_policy(lock_after_minutes=9)
        assert "of the audit is signed by" in " ".join(dan.verify().problems)
    with office.unlocked("dan") as (dan,):
        assert dan.study.lock_after_minutes == 9
        add_case(dan, "Household 2", "ina")


@pytest.mark.parametrize("how", ENDED[1:])
def test_a_program_at_work_does_not_follow_a_former_administrator(how: str, office: Made) -> None:
    abe, body = ended(office, how)
    later, by = back_again(body, abe, how)
    with office.unlocked("dan") as (dan,):
        add_case(dan, "Household 1", "ina")
        put_in_place(office.folder, later, by)
        for _ in range(2):
            with pytest.raises(DamagedStudy, match="Lock and unlock again"):
                add_case(dan, "Household 2", "ina")
        with pytest.raises(NotFollowed):
            add_case(dan.study.unlock("dan", passphrase("dan")), "Household 2", "ina")


def test_who_was_let_in_again_meanwhile_is_followed_once_the_audit_was_asked(office: Made) -> None:
    """The control: a program that was idle while an administrator came back and changed things."""
    ended(office, "suspended")
    with office.unlocked("dan") as (dan,), office.unlocked("ada") as (ada,):
        assert dan.study.body.version == ada.study.body.version
        ada.people.resume("abe")
        abe = ada.study.unlock("abe", passphrase("abe"))
        abe.people.change_policy(lock_after_minutes=9)
        with pytest.raises(DamagedStudy, match="Lock and unlock again"):
            dan.cases()
        again = dan.study.unlock("dan", passphrase("dan"))
        add_case(again, "Household 1", "ina")
        assert again.verify().problems == ()


def test_a_former_administrator_does_not_appoint_somebody_anew_with_other_keys(
    office: Made,
) -> None:
    """Somebody takes part as an administrator whom others appointed; their id under new keys."""
    with office.unlocked("ada") as (ada,):
        one = frozenset({Role.ADMINISTRATOR})
        ada.people.add(NewPerson("bea", one, passphrase("bea")))
    abe, body = ended(office, "removed")
    later, (_, secret) = back_again(body, abe, "removed, by a helper")
    made_up = later.people[-1]
    bea = edited(body, "bea", **{name: getattr(made_up, name) for name in ("sealing", "signing")})
    public, who = made_up.public, body.person("bea").id
    word = pack(abe[1].sign(manifest.appointment(body.id, body.kind, who, public)))
    forged = edited(bea, "bea", appointed_by=abe[0], appointment=word)
    put_in_place(office.folder, forged, (who, secret))
    with office.unlocked("dan") as (dan,):
        refused(dan)
        assert dan.verify().problems != ()


def test_who_is_or_was_an_administrator_is_followed_whoever_changed_their_roles(
    office: Made,
) -> None:
    """The control: it is another who changes them than who appointed them."""
    one, both = frozenset({Role.ADMINISTRATOR}), frozenset({Role.ADMINISTRATOR, Role.INTERVIEWER})
    with office.unlocked("ada", "abe", "dan") as (ada, abe, dan):
        ada.people.add(NewPerson("bea", one, passphrase("bea")))
        bea = ada.study.unlock("bea", passphrase("bea"))
        for person, by in ((abe, bea), (bea, abe)):
            name = person.entry.name
            for roles in (both, one, frozenset({Role.INTERVIEWER}), one):
                by.people.change_roles(name, roles)
            again = ada.study.unlock(name, passphrase(name))
            again.people.suspend("ivo")
            again.people.resume("ivo")
        assert dan.verify().problems == ()


@pytest.mark.parametrize("who", ["bea", "sue", "abe"])
def test_who_became_an_administrator_after_the_backup_restores_it(
    office: Made, tmp_path: Path, who: str
) -> None:
    """But whose part had ended by the backup: nothing in it says that they came back."""
    ended(office, "suspended")
    administrator = frozenset({Role.ADMINISTRATOR})
    (tmp_path / "backups").mkdir()
    with office.unlocked("ada") as (ada,):
        file = ada.backups.make(tmp_path / "backups").path
        ada.people.resume("abe")
        ada.people.add(NewPerson("bea", administrator, passphrase("bea")))
        ada.people.change_roles("sue", administrator)

    def restored() -> restoring.Restored:
        return restoring.restore(
            file,
            tmp_path / "restored",
            keys_from=office.folder / "keys",
            name=who,
            passphrase=passphrase(who),
            current=office.folder,
            consent=restoring.Consent(older=True),
        )

    if who == "abe":
        with pytest.raises(NotAllowed, match="let another administrator restore it"):
            restored()
        return
    assert restored().problems == ()
    study = open_study(tmp_path / "restored")
    for name in (who, "abe"):
        study.unlock(name, passphrase(name)).people.change_policy(lock_after_minutes=len(name) + 5)
    dan = study.unlock("dan", passphrase("dan"))
    add_case(dan, "Household 1", "ina")
    assert dan.verify().problems == ()
    study.close()


@pytest.mark.parametrize("happened", [True, False], ids=["happened", "never happened"])
@pytest.mark.parametrize("forger", ["nobody", "ina", "without a key"])
def test_no_made_up_entry_ends_a_change_that_was_cut_off(
    office: Made, forger: str, happened: bool
) -> None:
    """Somebody with the database alone, while a manifest waits beside the one in place."""
    before = (office.folder / MANIFEST).read_bytes()
    with office.unlocked("ada", "ina") as (ada, ina):
        ada.people.change_policy(lock_after_minutes=9)
        me, body, signed = signer(ina), ada.study.body, ada.study.signed
    waiting = office.folder / "study.yaml.next"
    shutil.move(office.folder / MANIFEST, waiting)
    (office.folder / MANIFEST).write_bytes(before)
    with office.sql() as sql:
        if not happened:
            sql.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
            named = manifest.audit_note(body.id, signed)
        else:
            named = f"{body.id} manifest {'0' * 64}"
        if forger != "nobody":
            _append(sql, body, me, named, signed=forger == "ina")
    open_study(office.folder).close()
    if forger == "without a key":
        assert waiting.exists(), "neither believed nor dropped"
        with office.sql() as sql:
            sql.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
        open_study(office.folder).close()
    assert not waiting.exists()
    assert ((office.folder / MANIFEST).read_bytes() == before) is not happened


def _append(sql: object, body: Body, by: Signer, about: str, *, signed: bool) -> None:
    """An entry that follows the newest one, by somebody who is no administrator."""
    execute = sql.execute  # type: ignore[attr-defined]
    seq, last = execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    said = (seq + 1, to_text(utc_now()), by[0], Deed.POLICY_CHANGED.value, about)
    hashed = chain.digest(body, last, *said, "")
    signature = by[1].sign(bind("audit signature", hashed)) if signed else bytes(64)
    names = "seq, at, actor, action, object, hash, signature, second, second_signature"
    execute(
        f"INSERT INTO audit ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, '', x'')",
        (*said, hashed, signature),
    )


def test_a_manifest_signed_after_the_last_day_is_reported(office: Made) -> None:
    with office.unlocked("ada", "abe") as (ada, abe):
        kept = signer(abe)
        ada.people.set_expiry("abe", "2026-01-01")
        with pytest.raises(NotAllowed, match="last day"):
            ada.study.change(lambda body: body, *kept, Deed.POLICY_CHANGED, ada.study.id)
        body = ada.study.body
    put_in_place(office.folder, body, kept)
    with office.unlocked("dan") as (dan,):
        (problem,) = dan.verify().problems
    assert "signed by abe, whose last day was over" in problem


def test_a_manifest_that_the_audit_does_not_know_is_not_unlocked(office: Made) -> None:
    with office.unlocked("abe") as (abe,):
        kept, body = signer(abe), abe.study.body
    put_in_place(office.folder, body, kept, noted=False)
    with (
        pytest.raises(DamagedStudy, match="the audit does not know of it"),
        office.unlocked("dan"),
    ):
        pass


@pytest.mark.parametrize("how", ENDED)
def test_no_packet_brings_a_former_administrator_back(
    how: str, office: Made, tmp_path: Path
) -> None:
    abe, body = ended(office, how)
    later, by = back_again(body, abe, how)
    before = (office.folder / "study.yaml").read_bytes()
    with office.unlocked("dan") as (dan,):
        with contextlib.suppress(StoreError):
            assert not dan.packets.receive(packet(tmp_path, later, by, by, None)).manifest
        file = packet(tmp_path, later, by, signer(dan), dan.entry.id, 8)
        with pytest.raises(packet_file.DamagedPacket, match="no administrator by the one here"):
            dan.packets.receive(file)
        assert dan.verify().problems == ()
    assert (office.folder / "study.yaml").read_bytes() == before


def test_a_packet_brings_the_manifest_of_an_administrator(office: Made, tmp_path: Path) -> None:
    """The control: also of one who is an administrator only since."""
    with office.unlocked("ada", "dan") as (ada, dan):
        later, by = back_again(ada.study.body, signer(ada), "removed, by a helper")
        file = packet(tmp_path, later, by, signer(dan), dan.entry.id)
        assert dan.packets.receive(file).manifest
        assert dan.study.body.person("zed").roles == (Role.ADMINISTRATOR,)


@pytest.mark.parametrize("may", [False, True], ids=["former", "administrator"])
def test_a_restore_takes_no_manifest_of_a_former_administrator(
    may: bool, office: Made, tmp_path: Path
) -> None:
    abe, body = ended(office, "role taken away")
    (tmp_path / "backups").mkdir()
    with office.unlocked("ada") as (ada,):
        ada.backups.make(tmp_path / "backups")
        by = signer(ada) if may else abe
    later, _ = back_again(body, abe, "role taken away")
    later = later.model_copy(update={"version": body.version + 1})
    (office.folder / "study.yaml").write_bytes(manifest.write(manifest.sign(later, *by)))
    (office.folder / "study.db").write_bytes(b"a disk that failed")
    (file,) = (tmp_path / "backups").iterdir()

    def run() -> restoring.Restored:
        return restoring.restore(
            file,
            tmp_path / "restored",
            keys_from=office.folder / "keys",
            name="ada",
            passphrase=passphrase("ada"),
            current=office.folder,
            consent=restoring.Consent(older=True),
        )

    if may:
        assert run().problems == ()
        return
    with pytest.raises(StoreError, match="signed by abe, who is no administrator by the backup"):
        run()
