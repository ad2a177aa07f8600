"""Who took part when, by the audit: what someone did after they were removed does not hold."""

from store import trust
from store.audit import Deed, Entry
from store.entries import DATA, Body, PersonEntry, family_of

_ENDS = {Deed.PERSON_SUSPENDED.value, Deed.PERSON_REMOVED.value, Deed.PERSON_REENROLLED.value}
_LATER = {Deed.PERSON_ADDED.value, Deed.PERSON_REENROLLED.value}


def problems(body: Body, chain: list[Entry]) -> list[str]:
    """What people did that they could not do any more, or not yet, each as a sentence."""
    return [*_after_the_end(body, chain), *_given_by_the_founder(body, chain)]


def _after_the_end(body: Body, chain: list[Entry]) -> list[str]:
    found: list[str] = []
    out: set[str] = set()
    for entry in chain:
        for who in sorted({entry.actor, entry.second} & out):
            person = body.person_by_id(who)
            name = "someone unknown" if person is None else person.name
            found.append(
                f"Entry {entry.seq} of the audit is signed by {name}, who was suspended or removed "
                "before."
            )
        about = _about(entry)
        taken_over = entry.action == Deed.SHEETS_USED.value and len(about) > 1
        if entry.action in _ENDS or taken_over:
            out.add(about[0])
        elif entry.action == Deed.PERSON_RESUMED.value:
            out.discard(about[0])
    return found


def _given_by_the_founder(body: Body, chain: list[Entry]) -> list[str]:
    """The founder, if no data manager, gives the data key at the founding and never after."""
    if body.founder in trust.managers(body):
        return []
    later = {who for entry in chain if entry.action in _LATER for who in _about(entry)}
    return [
        f"{person.name} was made a data manager by the founder alone, after the founding."
        for person in body.people
        if person.id in later and _relies_on(person, body.founder)
    ]


def _relies_on(person: PersonEntry, giver: str) -> bool:
    return any(given.by == giver and family_of(given.key) == DATA for given in person.keys)


def _about(entry: Entry) -> list[str]:
    """The ids that an entry is about: one, or two of someone who was enrolled again."""
    return entry.object.partition(" ")[0].split("/")
