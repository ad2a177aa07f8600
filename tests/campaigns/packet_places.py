"""An office and two laptops whose people do at random what people do, and what must hold then.

One schedule of `tests.campaigns.packets`.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from store import Access, NotAllowed, Study, open_study
from store.canonical import JSON
from store.casework import cases
from store.casework.grants import CaseRecord, Grant, unwrap
from store.casework.journal import replay
from store.casework.progress import place_of
from store.crypto.keys import CaseKeys
from store.crypto.sealing import case_context, open_case, submission_key
from store.erasing.cleaning import ASIDE
from store.moving import carrying as carrying_
from store.moving import packet_file, places, put_away
from store.moving.packet_file import Carried
from store.moving.reports import Outcome
from store.trust.manifest import unpack
from tests.store.made import add_case, passphrase

LAPTOPS = ("ina", "ivo")


@dataclass
class Figures:
    """What happened in all schedules."""

    schedules: int = 0
    steps: int = 0
    packets: int = 0
    received: int = 0
    refused: int = 0
    submitted: int = 0
    aside: int = 0
    events: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Base:
    """An office and two laptops that know the study and hold no case."""

    folder: Path
    fingerprint: str


class World:
    """One schedule."""

    def __init__(self, folder: Path, seed: int, figures: Figures) -> None:
        self.random, self.seed, self.figures = random.Random(seed), seed, figures
        self.studies: dict[str, Study] = {
            name: open_study(folder / name) for name in ("office", *LAPTOPS)
        }
        office = self.studies["office"]
        self.dan = office.unlock("dan", passphrase("dan"))
        self.at: dict[str, dict[str, Access]] = {
            "office": {name: office.unlock(name, passphrase(name)) for name in LAPTOPS},
            **{name: {name: self.studies[name].unlock(name, passphrase(name))} for name in LAPTOPS},
        }
        self.mail = folder / "mail"
        self.mail.mkdir()
        self.out: list[tuple[Path, str]] = []
        """Packets on their way, and where each belongs."""
        self.written: dict[str, set[str]] = {}
        """Values of every acknowledged event, by case."""
        self.cases = [
            add_case(self.dan, f"Household {number}", self.random.choice(LAPTOPS))
            for number in range(3)
        ]
        self.counter = 0

    def close(self) -> None:
        """Lock everybody."""
        for study in self.studies.values():
            study.close()

    def step(self) -> None:
        """One thing that people do."""
        self.figures.steps += 1
        acts = (
            (self.send_out, 4),
            (self.work, 8),
            (self.send_home, 4),
            (self.deliver, 8),
            (self.lose, 1),
            (self.misdeliver, 1),
            (self.take_back, 2),
            (self.give_back, 2),
            (self.reassign, 1),
            (self.let_in, 1),
        )
        act = self.random.choices([one for one, _ in acts], [weight for _, weight in acts])[0]
        act()
        self.check_writable()

    def send_out(self) -> None:
        """The office sends some cases to somebody, or news alone."""
        name = self.random.choice(LAPTOPS)
        due = self._sorted(self.dan.packets.due(name))
        chosen = [one for one in due if self.random.random() < 0.7]
        self._send(self.dan, chosen, name)

    def send_home(self) -> None:
        """A laptop sends back some of what it has."""
        name = self.random.choice(LAPTOPS)
        person = self.at[name][name]
        due = self._sorted(person.packets.due())
        if due:
            chosen = self.random.sample(due, self.random.randint(1, len(due)))
            self._send(person, chosen, None, give_back=self.random.random() < 0.3)

    def _send(self, by: Access, chosen: list[str], to: str | None, give_back: bool = False) -> None:
        made = by.packets.send(chosen, self.mail, to=to, give_back=give_back)
        self.figures.packets += 1
        self.out.append((made.file, to or "office"))

    def deliver(self) -> None:
        """Any packet arrives, perhaps not for the first time; some are put back to come again."""
        if not self.out:
            return
        packet = self.random.choice(self.out)
        self._receive(*packet)
        if self.random.random() < 0.5:
            self.out.remove(packet)

    def _receive(self, file: Path, place: str) -> None:
        by = self.dan if place == "office" else self.at[place][place]
        report = by.packets.receive(file)
        self.figures.received += 1
        self.figures.aside += sum(one == Outcome.ASIDE for _, one in report.outcomes)

    def lose(self) -> None:
        """A packet that has arrived, or has not, comes no more; what it took is still where it was
        sent from. Cases that went out with it are away until they are taken back."""
        if self.out:
            self.out.remove(self.random.choice(self.out))

    def misdeliver(self) -> None:
        """A packet for somebody is received at somebody else's computer."""
        for file, place in self.out:
            if place in LAPTOPS:
                other = LAPTOPS[1 - LAPTOPS.index(place)]
                try:
                    self.at[other][other].packets.receive(file)
                except NotAllowed:
                    self.figures.refused += 1
                else:
                    self.fault("a packet for somebody else was received")
                return

    def take_back(self) -> None:
        """The office gives up waiting for a case."""
        away = self._sorted([one.id for one in self.dan.packets.away()])
        if away:
            self.dan.packets.take_back(self.random.choice(away))

    def give_back(self) -> None:
        """A submitted case is returned to its interviewer."""
        done = [card.id for card in self.dan.cases() if card.state == "submitted"]
        if done:
            self.dan.reviews.give_back(
                self.random.choice(self._sorted(done)), {"event": "returned"}
            )

    def reassign(self) -> None:
        """A case that is here changes hands."""
        where = self._where("office")
        here = [
            card
            for card in sorted(self.dan.cases(), key=lambda one: self.cases.index(one.id))
            if card.state in ("fresh", "open") and not where[card.id].away
        ]
        if here:
            card = self.random.choice(here)
            self.dan.assignments.reassign(card.id, LAPTOPS[1 - LAPTOPS.index(card.assignee)])

    def let_in(self) -> None:
        """The data manager takes something that was kept aside after all."""
        kept = sorted((self.studies["office"].folder / ASIDE).glob("*"))
        if not kept:
            return
        file = self.random.choice(kept)
        for carried in put_away.read(self.dan, file).cases():
            try:
                self.dan.packets.receive(file, let_in=[carried.id])
            except NotAllowed:
                self.figures.refused += 1  # it is submitted here, or its own packet
            except packet_file.DamagedPacket:
                self.figures.refused += 1  # what was kept here is the data manager's packet

    def work(self) -> None:
        """Somebody opens one of their cases wherever it seems to be, adds to it, maybe submits."""
        open_here = [
            (person, case_id)
            for place, people in self.at.items()
            for person in people.values()
            for case_id, where in sorted(
                self._where(place).items(), key=lambda one: self.cases.index(one[0])
            )
            if not where.away and self._is_open(place, case_id, person)
        ]
        if not open_here:
            return
        person, case_id = self.random.choice(open_here)
        case = person.open_case(case_id)
        for _ in range(self.random.randint(0, 3)):
            self.counter += 1
            value = f"car {self.counter}"
            case.append({"event": "set", "item": "cars", "value": value})
            self.written.setdefault(case_id, set()).add(value)
            self.figures.events += 1
        if case.events and self.random.random() < 0.4:
            case.submit({"values": list[JSON](sorted(_values(case.events)))})
            self.figures.submitted += 1
        else:
            case.release()

    def check_writable(self) -> None:
        """Of all places where a case could be opened, at most one has the newest token."""
        where = {place: self._where(place) for place in self.studies}
        for case_id in self.cases:
            open_at = [
                (known[case_id].token // places.STEP, place)
                for place, known in where.items()
                if case_id in known and not known[case_id].away and self._is_open(place, case_id)
            ]
            epochs = sorted(epoch for epoch, _ in open_at)
            if len(epochs) != len(set(epochs)):
                self.fault(f"case {case_id[:8]} is writable at {[place for _, place in open_at]}")
            newest = where["office"][case_id].token // places.STEP
            if any(epoch > newest for epoch in epochs):
                self.fault(f"case {case_id[:8]} has a token that the office did not give")

    def end(self) -> None:
        """Send everything home and look for everything that was ever acknowledged."""
        self._go_home()
        self._verify_all()
        aside = self._all_aside()
        for case_id, values in self.written.items():
            here = self._at_office(case_id)
            if lost := values - here - aside.get(case_id, set()):
                self.fault(f"case {case_id[:8]} lost {sorted(lost)}")
        office = self._where("office")
        for name in LAPTOPS:
            where = self._where(name)
            for card in self.at[name][name].cases():
                if card.state == "submitted" and office[card.id].away == where[card.id].came:
                    self.fault(f"case {card.id[:8]} was submitted and did not come home")

    def _go_home(self) -> None:
        for file, place in list(self.out):
            self._receive(file, place)
        for name in LAPTOPS:
            person = self.at[name][name]
            due = person.packets.due()
            if due:
                made = person.packets.send(due, self.mail, give_back=True)
                self._receive(made.file, "office")

    def _verify_all(self) -> None:
        for person in (self.dan, *(one for people in self.at.values() for one in people.values())):
            for problem in person.verify().problems:
                self.fault(f"verify: {problem}")

    def _all_aside(self) -> dict[str, set[str]]:
        """The values in everything that was kept aside anywhere, by case."""
        aside: dict[str, set[str]] = {}
        for study in self.studies.values():
            for file in (study.folder / ASIDE).glob("*"):
                for carried in put_away.read(self.dan, file).cases():
                    aside.setdefault(carried.id, set()).update(self._open_aside(carried))
        return aside

    def _at_office(self, case_id: str) -> set[str]:
        card = next(one for one in self.dan.cases() if one.id == case_id)
        with self.studies["office"].database.read() as connection:
            case = cases.find(connection, case_id)
            carried = carrying_.carry(connection, case, None, token=0, ticket=None, stays=False)
        if card.state == "submitted":
            document = self.dan.read_submitted(case_id).document["values"]
            assert isinstance(document, list)
            if not set(map(str, document)) <= self._open_aside(carried):
                self.fault(f"case {case_id[:8]}: document and journal differ")
        return self._open_aside(carried)

    def _open_aside(self, carried: Carried) -> set[str]:
        """The values in a carried case, opened with the data key."""
        body, secrets = self.dan.study.body, self.dan.secrets
        record = carrying_.record(carried)
        if carried.sealed is not None:
            person = body.person_by_id(carried.assignee)
            assert person is not None
            named: dict[str, JSON] = {
                "study": body.id,
                "kind": body.kind,
                "case": carried.id,
                "instrument": carried.instrument,
            }
            context = case_context(named, unpack(body.data_key))
            key = submission_key(carried.sealed.wrap, context, secrets[carried.sealed.data_key])
            first = unpack(body.data_key)
            opened = open_case(carried.sealed.envelope, named, person.public, first, key)
            return set(_values([one.event for one in opened.journal or ()]))
        if carried.state == "fresh":
            return set()
        given = next(
            Grant(**one.model_dump())
            for one in carried.grants
            if one.what == "answers" and one.recipient in secrets
        )
        keys = CaseKeys.derive(unwrap(body, record, given, secrets[given.recipient]))
        stored, place = enumerate(carried.events, start=1), place_of(body, record)
        journal = replay(keys, place, stored, carried.n, carried.head)
        return set(_values([one.event for one in journal]))

    def _where(self, place: str) -> dict[str, places.Whereabouts]:
        with self.studies[place].database.read() as connection:
            return places.every(connection)

    def _is_open(self, place: str, case_id: str, person: Access | None = None) -> bool:
        with self.studies[place].database.read() as connection:
            case = cases.find(connection, case_id)
        return case.state in ("fresh", "open") and person in (None, self._assigned(place, case))

    def _assigned(self, place: str, case: CaseRecord) -> Access | None:
        people = self.at[place].values()
        return next((one for one in people if one.entry.id == case.assignee), None)

    def _sorted(self, ids: list[str]) -> list[str]:
        """In an order that does not depend on the ids, which are random."""
        return sorted(ids, key=self.cases.index)

    def fault(self, what: str) -> None:
        """Something that must not be."""
        self.figures.faults.append(f"schedule {self.seed}: {what}")


def _values(events: list[dict[str, JSON]]) -> list[str]:
    return [str(event["value"]) for event in events if "value" in event]
