"""What people with a role write with a program of their own: manifests, packets, entries."""

import os
from pathlib import Path

from store import Access, NewPerson, Role, open_study
from store.clock import utc_now
from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret, seal_to
from store.moving import packet_file
from store.record import audit
from store.record.audit import Deed
from store.team.enrolling import make_entry
from store.trust import giving, manifest
from store.trust.entries import Body, GivenKey, PersonEntry, pack
from store.trust.giving import Signer
from tests.store.made import PEOPLE, Made, passphrase

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
    folder: Path,
    body: Body,
    by: Signer,
    deed: Deed = Deed.POLICY_CHANGED,
    about: str = "",
    *,
    noted: bool = True,
) -> None:
    """A next manifest signed by `by`, put into the folder with an entry of the audit."""
    later = body.model_copy(update={"version": body.version + 1})
    signed = manifest.sign(later, *by)
    study = open_study(folder)
    try:
        with study.database.write() as connection:
            note = manifest.audit_note(about or body.id, signed)
            if noted:
                # A program of their own does not ask whether they still take part.
                audit._add(connection, study.body, *by, deed, note, utc_now(), None)
            (folder / "study.yaml").write_bytes(manifest.write(signed))
    finally:
        study.close()


def ended(office: Made, how: str) -> tuple[Signer, Body]:
    """Abe's part as administrator ends; gives the keys they kept, and the manifest."""
    with office.unlocked("ada", "abe") as (ada, abe):
        kept = signer(abe)
        match how:
            case "role taken away":
                ada.people.change_roles("abe", frozenset({Role.INTERVIEWER}))
            case "suspended":
                ada.people.suspend("abe")
            case _:
                ada.people.remove("abe")
        return kept, ada.study.body


def back_again(body: Body, abe: Signer, how: str) -> tuple[Body, Signer]:
    """What abe, or a helper whom abe appoints, would sign to be administrator again."""
    if how != "removed, by a helper":
        roles = (Role.ADMINISTRATOR,)
        return edited(body, "abe", roles=roles, former_roles=(), status="active"), abe
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    public, who = PublicKeys(sealing.public, signing.public), os.urandom(16).hex()
    person = NewPerson("zed", frozenset({Role.ADMINISTRATOR}), passphrase("zed"))
    entry = make_entry(person, who, public, body.id, body.kind, abe)
    return with_person(body, entry), (who, signing)


ENDED = ["role taken away", "suspended", "removed, by a helper"]


def packet(
    folder: Path, body: Body, by: Signer, sender: Signer, to: str | None, number: int = 7
) -> Path:
    """A packet that holds a next manifest and nothing else."""
    signed = manifest.sign(body.model_copy(update={"version": body.version + 1}), *by)
    index = packet_file.Index(
        format=1,
        id=f"{number:08x}" + "ab" * 12,
        number=number,
        study=body.id,
        kind=body.kind,
        made_at="2026-11-22T10:00:00Z",
        by=sender[0],
        to=to,
        parts=(),
    )
    parts = {packet_file.MANIFEST: manifest.write(signed)}
    if to is not None:
        parts[packet_file.LEDGER] = packet_file.list_part([])
        parts[packet_file.RECEIPTS] = packet_file.list_part([])
    file = folder / f"{number}.cati-packet"
    file.write_bytes(packet_file.write(index, parts, sender[1]))
    return file
