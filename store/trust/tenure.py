"""Who took part when, and as what, by the audit: what somebody did after that does not hold.

An entry that lets somebody in, or changes their roles or their last day, says so; the first one
lists who was there from the founding. What a manifest says of people must be what the audit says,
and their public keys must be those with which the audit says that they were let in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from store.record.audit import Deed, Entry
from store.trust.entries import FORMAT_1, RECOVERY, Body, PersonEntry
from store.trust.roles import Role

_ENDS = {Deed.PERSON_SUSPENDED.value, Deed.PERSON_REMOVED.value, Deed.PERSON_REENROLLED.value}
_LETS_IN = (Deed.PERSON_ADDED.value, Deed.PERSON_REENROLLED.value, Deed.SHEETS_USED.value)
_LIST = (Deed.FOUNDED.value, Deed.BACKUP_RESTORED.value)
_BEGIN = (Deed.FOUNDED.value, Deed.SHEETS_USED.value)
"""Whoever signs these is not in the study before."""
_NOTED = " manifest "

_MANAGER = frozenset({Role.DATA_MANAGER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_REVIEWER = frozenset({Role.DATA_MANAGER, Role.SUPERVISOR})
_TAKES: Mapping[str, frozenset[Role]] = {
    Deed.PERSON_ADDED.value: _ADMINISTRATOR,
    Deed.PERSON_SUSPENDED.value: _ADMINISTRATOR,
    Deed.PERSON_RESUMED.value: _ADMINISTRATOR,
    Deed.PERSON_REMOVED.value: _ADMINISTRATOR,
    Deed.PERSON_REENROLLED.value: _ADMINISTRATOR,
    Deed.ROLES_CHANGED.value: _ADMINISTRATOR,
    Deed.EXPIRY_SET.value: _ADMINISTRATOR,
    Deed.POLICY_CHANGED.value: _ADMINISTRATOR,
    Deed.INSTRUMENT_ADDED.value: _ADMINISTRATOR,
    Deed.DATA_KEY_CHANGED.value: _ADMINISTRATOR,
    Deed.SHEETS_MADE.value: _ADMINISTRATOR,
    Deed.SHEETS_REHEARSED.value: _ADMINISTRATOR,
    Deed.BACKUP_RESTORED.value: _ADMINISTRATOR,
    Deed.CASE_ADDED.value: _MANAGER,
    Deed.CASE_REASSIGNED.value: _MANAGER,
    Deed.CONTACT_CORRECTED.value: _MANAGER,
    Deed.CASE_LENT.value: _MANAGER,
    Deed.CASE_REOPENED.value: _MANAGER,
    Deed.CASE_READ.value: _REVIEWER,
    Deed.CASES_READ.value: _MANAGER,
    Deed.CASE_ACCEPTED.value: _REVIEWER,
    Deed.CASE_RETURNED.value: _REVIEWER,
    Deed.CASE_ERASED.value: _MANAGER,
    Deed.IDENTITIES_ERASED.value: _MANAGER,
    Deed.CASES_REWRAPPED.value: _MANAGER,
    Deed.EXPORTED.value: _MANAGER,
    Deed.NOTICE_PUBLISHED.value: _MANAGER,
}
"""What its actor has to be at the time, where a role decides it."""


def about_founding(study: str, people: Iterable[PersonEntry]) -> str:
    """What the entry of the founding is about: the study, and who was there with which keys."""
    return _listing(study, tuple(people))


def about_roles(
    about: str, before: Iterable[Role], after: Iterable[Role], new: PersonEntry | None = None
) -> str:
    """What an entry is about that changes what someone does, or lets in somebody `new`."""
    changed = f"{about}:{'+'.join(sorted(before))}>{'+'.join(sorted(after))}"
    return changed if new is None else f"{changed}:{new.public.fingerprint}"


def about_reenrolled(before: str, new: PersonEntry) -> str:
    """What an entry is about that gives somebody a new entry: who they were, and are, with keys."""
    return f"{before}/{new.id}::{new.public.fingerprint}"


def about_restored(backup: str, body: Body) -> str:
    """What the entry of a restore is about: the backup, and who is in its manifest, with keys."""
    return _listing(backup, body.people)


def _listing(about: str, people: tuple[PersonEntry, ...]) -> str:
    ids, keys = (one.id for one in people), (one.public.fingerprint for one in people)
    return f"{about}:{'+'.join(ids)}:{'+'.join(keys)}"


def problems(body: Body, chain: list[Entry]) -> list[str]:
    """What people did that they could not do any more, or not yet, each as a sentence."""
    kept = _Kept(body, chain)
    for entry in chain:
        kept.hold(entry)
        kept.follow(entry)
    other = [
        f"{name} has other keys in the manifest than those of the audit."
        for name in kept.with_other_keys()
    ]
    return [*kept.found, *kept.unknown(), *other, *_by_the_word_of_format_1(body, chain)]


def keys_hold(body: Body, counted: list[Entry]) -> bool:
    """Whether everybody has the keys in a manifest with which they were let in by the audit.

    Args:
        body: that manifest.
        counted: the entries about a manifest that count, oldest first.
    """
    kept = _Kept(body, counted)
    for entry in counted:
        kept.follow(entry)
    return not kept.with_other_keys()


def about_manifests(body: Body, notes: list[Entry]) -> list[Entry]:
    """Which entries about a manifest are by somebody who could sign one then, oldest first.

    Who was an administrator from the founding, a manifest can deny, and then they did not end
    anybody's part. So whoever may have been one ends the part of others, and lets nobody in.

    Args:
        body: the manifest in place, or one that is to be taken.
        notes: all entries that name a manifest, oldest first.
    """
    kept = _Kept(body, notes)
    if not kept.is_office():
        return list(notes)
    return [entry for entry in notes if kept.signs(entry)]


def stood_behind(body: Body, notes: list[Entry], received: Entry, signer: str) -> bool:
    """Whether the signer of a manifest that was received, or who appointed them, could sign then.

    Args:
        body: that manifest.
        notes: all entries that name a manifest, oldest first.
        received: the one of the packet that brought it.
        signer: id of who signed it.
    """
    kept = _Kept(body, [one for one in notes if one.seq < received.seq])
    for entry in kept.chain:
        kept.signs(entry)
    return not kept.is_office() or kept.stands_behind(signer, received.at)


@dataclass
class _Kept:
    """Who takes part, as what, at one entry of the audit."""

    body: Body
    chain: list[Entry]
    found: list[str] = field(default_factory=list)
    founded: list[str] = field(default_factory=list)
    """Ids of the founding, as its entry lists them; one empty one where it does not."""
    out: set[str] = field(default_factory=set)
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    """By person id; of who is not in it nothing is known."""
    ends: dict[str, str] = field(default_factory=dict)
    """By person id their last day, where the audit says one."""
    once: set[str] = field(default_factory=set)
    """Who was an administrator at some time."""
    appointed: dict[str, str] = field(default_factory=dict)
    """By person id who first made them an administrator, where an entry says so."""
    prints: dict[str, str] = field(default_factory=dict)
    """By person id the fingerprint of their public keys, where an entry says it; the first does."""

    def __post_init__(self) -> None:
        """Begin with those who were there before the first entry."""
        self.founded = _detail(self.chain[0]).split("+") if self.is_office() else []
        if self.is_office():
            self._begin(0, self.founded if _detail(self.chain[0]) else None)

    def _begin(self, after: int, known: list[str] | None) -> None:
        """Take who is there at an entry from the manifest and what the entries after it say."""
        rest = [entry for entry in self.chain if entry.seq > after]
        later = {_about(one)[-1] for one in rest if one.action in _LETS_IN}
        for person in self.body.people:
            if person.id not in later and (known is None or person.id in known):
                self.roles[person.id] = frozenset(person.roles)
        # What they were then, the first entry about their roles says.
        for entry in reversed(rest):
            who, detail = _about(entry)[0], _detail(entry)
            if entry.action == Deed.ROLES_CHANGED.value and ">" in detail and who in self.roles:
                self.roles[who] = _roles(detail.partition(">")[0])
        if after == 0 and self.body.founder in self.roles:
            self.roles[self.body.founder] |= _ADMINISTRATOR

    def _begin_anew(self, after: int, known: list[str]) -> None:
        """Take from the manifest, too, who was out after a restore, and everyone's last day."""
        rest = [entry for entry in self.chain if entry.seq > after]
        later = {_about(one)[-1] for one in rest if one.action == Deed.EXPIRY_SET.value}
        for person in self.body.people:
            if person.id not in known:
                continue
            turns = (one for one in rest if _about(one)[0] == person.id)
            turn = next((one.action for one in turns if _ends(one) or _comes_back(one)), "")
            back = turn == Deed.PERSON_RESUMED.value
            is_out = back if turn else person.status != "active"
            (self.out.add if is_out else self.out.discard)(person.id)
            self.ends.pop(person.id, None)
            if person.expires is not None and person.id not in later:
                self.ends[person.id] = person.expires

    def is_office(self) -> bool:
        """Whether the audit begins with the study; elsewhere it does not say who was what."""
        return bool(self.chain) and self.chain[0].action == Deed.FOUNDED.value

    def hold(self, entry: Entry) -> None:
        """Whether they could do what an entry says, at that time."""
        for who in sorted({entry.actor, entry.second} & self.out):
            self._say(entry, who, "was suspended or removed before")
        for who in sorted({entry.actor, entry.second} & set(self.ends)):
            if entry.at[:10] > self.ends[who]:
                self._say(entry, who, "whose last day was over")
        takes = _TAKES.get(entry.action, frozenset())
        if _NOTED in entry.object and entry.action not in _BEGIN:
            takes = _ADMINISTRATOR
        if not takes or entry.actor in self.out or not self.is_office():
            return
        restored = entry.action == Deed.BACKUP_RESTORED.value
        if restored and self.stands_behind(entry.actor, entry.at):
            return
        if takes.isdisjoint(self.roles.get(entry.actor, frozenset())):
            self._say(entry, entry.actor, "had not the role for it then")
        elif takes == _ADMINISTRATOR and not self._is_as_appointed(entry.actor):
            self._say(entry, entry.actor, "whose keys are others than those appointed then")

    def signs(self, entry: Entry) -> bool:
        """Whether an entry about a manifest is by somebody who could sign one; go on from it."""
        if entry.action == Deed.PACKET_RECEIVED.value:
            return True
        if self._may_sign(entry):
            self.follow(entry)
            return True
        if entry.action != Deed.BACKUP_RESTORED.value and self._may_be_denied(entry.actor):
            out, roles, ends = set(self.out), dict(self.roles), dict(self.ends)
            appointed, prints = dict(self.appointed), dict(self.prints)
            self.follow(entry)
            self.appointed, self.prints = appointed, prints
            self.out |= out
            self.roles = {who: held & self.roles[who] for who, held in roles.items()}
            self.ends |= {who: min(day, self.ends.get(who, day)) for who, day in ends.items()}
        return False

    def _may_be_denied(self, who: str) -> bool:
        """Whether only the manifest says that they were no administrator: it may be made up."""
        told = (*_LETS_IN, Deed.ROLES_CHANGED.value)
        known = any(who in _about(one) for one in self.chain if one.action in told)
        return who in self.roles and who not in self.out and not known

    def _may_sign(self, entry: Entry) -> bool:
        if entry.action == Deed.FOUNDED.value:
            return entry.seq == 1
        is_new = entry.actor not in self.roles and entry.actor not in self.out
        if entry.action == Deed.SHEETS_USED.value and is_new:
            person = self.body.person_by_id(entry.actor)
            return person is not None and person.appointed_by == RECOVERY
        if entry.action == Deed.BACKUP_RESTORED.value:
            return self.stands_behind(entry.actor, entry.at)
        return self.is_administrator(entry.actor, entry.at)

    def _know_administrators(self) -> None:
        self.once |= {who for who, held in self.roles.items() if Role.ADMINISTRATOR in held}

    def stands_behind(self, who: str, at: str) -> bool:
        """Whether they are an administrator, or became one elsewhere by who is one.

        A manifest that came by a packet or with a restore may be newer than this audit. Whose part
        ended by this audit does not come back so.
        """
        for _ in self.body.people:
            person = self.body.person_by_id(who)
            if person is None or who in self.out or self._has_other_keys(person):
                return False
            if who in self.once or self.is_administrator(who, at):
                return self.is_administrator(who, at)
            if person.appointed_by == RECOVERY:
                return who not in self.roles
            who = person.appointed_by or ""
        return False

    def is_administrator(self, who: str, at: str) -> bool:
        """Whether they are one now, at the time that an entry names."""
        in_time = at[:10] <= self.ends.get(who, at)
        takes_part = who not in self.out and in_time and self._is_as_appointed(who)
        return takes_part and Role.ADMINISTRATOR in self.roles.get(who, ())

    def _is_as_appointed(self, who: str) -> bool:
        """Whether the keys in the manifest are vouched for by who appointed them by the audit.

        A former administrator can appoint again, with other keys, somebody whom others appointed,
        and of whom no entry says the keys.
        """
        person = self.body.person_by_id(who)
        if person is None:
            return who not in self.appointed
        by = person.appointed_by
        return by == self.appointed.get(who, by) and not self._has_other_keys(person)

    def _has_other_keys(self, person: PersonEntry) -> bool:
        noted = self.prints.get(person.id)
        return noted is not None and noted != person.public.fingerprint

    def with_other_keys(self) -> list[str]:
        """Names of those whose keys in the manifest are not the ones that an entry says."""
        return [one.name for one in self.body.people if self._has_other_keys(one)]

    def _say(self, entry: Entry, who: str, why: str) -> None:
        person = self.body.person_by_id(who)
        name = "someone unknown" if person is None else person.name
        why = why if why.startswith("whose") else f"who {why}"
        self.found.append(f"Entry {entry.seq} of the audit is signed by {name}, {why}.")

    def follow(self, entry: Entry) -> None:
        """What is so from this entry on."""
        about, detail = _about(entry), _detail(entry)
        who = about[-1]
        if entry.action in (Deed.ROLES_CHANGED.value, Deed.BACKUP_RESTORED.value):
            self._know_administrators()
        if _ends(entry):
            self.out.add(about[0])
        elif _comes_back(entry):
            self.out.discard(who)
        elif entry.action == Deed.EXPIRY_SET.value and ":" in entry.object:
            self.ends.pop(who, None)
            if detail:
                self.ends[who] = detail
        if not self.is_office():
            return
        self.prints = _let_in(entry) | self.prints
        if entry.action == Deed.PERSON_REENROLLED.value and about[0] in self.roles:
            self.roles[who] = self.roles[about[0]]
            self._note_appointment(entry, who)
        elif entry.action in (*_LETS_IN, Deed.ROLES_CHANGED.value) and ">" in detail:
            if entry.action != Deed.SHEETS_USED.value or self._by_sheets(who):
                self.roles[who] = _roles(detail.partition(">")[2])
                self._note_appointment(entry, who)
        elif entry.action == Deed.PERSON_ADDED.value and not (detail or self.body.founding):
            self._take_as_listed(entry, who)
        elif entry.action == Deed.BACKUP_RESTORED.value and detail:
            # The manifest may be newer than this audit; who restores it says who is in it.
            self._begin(entry.seq, detail.split("+"))
            self._begin_anew(entry.seq, detail.split("+"))

    def _take_as_listed(self, added: Entry, who: str) -> None:
        """Take the manifest's word for somebody added by format 1, whose entries said no roles."""
        person = self.body.person_by_id(who)
        if person is None:
            return
        self.roles[who] = frozenset(person.roles)
        for entry in reversed([one for one in self.chain if one.seq > added.seq]):
            detail = _detail(entry)
            if (entry.action, _about(entry)[0]) == (Deed.ROLES_CHANGED.value, who) and detail:
                self.roles[who] = _roles(detail.partition(">")[0])

    def _note_appointment(self, entry: Entry, who: str) -> None:
        # Whoever was one before was appointed then; another change of roles is no appointment.
        if entry.action == Deed.SHEETS_USED.value or who in self.once:
            return
        if Role.ADMINISTRATOR in self.roles[who]:
            self.appointed.setdefault(who, entry.actor)

    def _by_sheets(self, who: str) -> bool:
        person = self.body.person_by_id(who)
        return person is not None and (
            person.appointed_by == RECOVERY or any(one.by == RECOVERY for one in person.keys)
        )

    def unknown(self) -> list[str]:
        """People and roles in the manifest of which the audit does not know."""
        if not self.is_office() or not self.founded[0]:
            return []
        return [
            f"{person.name} is {' and '.join(sorted(more))} without an entry in the audit."
            for person in self.body.people
            if (
                more := {
                    role.value.replace("_", " ")
                    for role in person.roles
                    if role not in self.roles.get(person.id, frozenset())
                }
            )
        ]


def _by_the_word_of_format_1(body: Body, chain: list[Entry]) -> list[str]:
    """In a study that comes from format 1: those it lists as of then, who came later."""
    later = {_about(entry)[-1] for entry in chain if entry.action in _LETS_IN}
    return [
        f"{person.name} was made a data manager by an administrator alone."
        for person in body.people
        if person.id in later and any(given.by == FORMAT_1 for given in person.keys)
    ]


def _roles(text: str) -> frozenset[str]:
    return frozenset(text.split("+")) - {""}


def _ends(entry: Entry) -> bool:
    """Whether it ends somebody's part; who used sheets to take one's place names both."""
    taken_over = entry.action == Deed.SHEETS_USED.value and len(_about(entry)) > 1
    return entry.action in _ENDS or taken_over


def _comes_back(entry: Entry) -> bool:
    return entry.action == Deed.PERSON_RESUMED.value


def _about(entry: Entry) -> list[str]:
    """The ids that an entry is about: one, or two of someone who was enrolled again."""
    return entry.object.partition(_NOTED)[0].partition(" ")[0].partition(":")[0].split("/")


def _detail(entry: Entry) -> str:
    """What an entry says behind the ids and before any keys; empty when nothing."""
    return entry.object.partition(_NOTED)[0].partition(":")[2].partition(":")[0]


def _let_in(entry: Entry) -> dict[str, str]:
    """By id of whom it lets in the fingerprint of their keys, where it says so."""
    keys = entry.object.partition(_NOTED)[0].partition(":")[2].partition(":")[2]
    if not keys or entry.action not in (*_LETS_IN, *_LIST):
        return {}
    who = _detail(entry).split("+") if entry.action in _LIST else [_about(entry)[-1]]
    return dict(zip(who, keys.split("+"), strict=False))
