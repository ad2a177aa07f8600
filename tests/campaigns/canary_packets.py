"""Words in cases that go to another computer and come back too late, and in simulated cases.

Packets, the folders they come to, what is kept aside, and a study full of simulated cases are
searched as `tests.campaigns.canary_scan` searches a study on one computer.
"""

from pathlib import Path

from cati import simulate_values
from cati.simulate_study import simulate_into
from store import open_study
from store.erasing.cleaning import ASIDE
from store.moving.arriving import start_study
from tests.campaigns.leaks import hits
from tests.campaigns.support import DATA_MANAGER, INTERVIEWER, PASSPHRASE, njov4, plain_study


def scan_packets(folder: Path, planted: list[str]) -> dict[str, set[str]]:
    """Words found while a case is away, back, and kept aside; all sets should be empty.

    Raises:
        AssertionError: nothing was kept aside, so there was nothing to search.
    """
    label, contact, here, *inside = planted
    (folder / "mail").mkdir(parents=True)
    office = plain_study(folder / "office", njov4(), f"case {label}", {"contact": contact})
    manager = office.unlock(DATA_MANAGER, PASSPHRASE)
    (case_id,) = (one.id for one in manager.cases())
    sent = manager.packets.send([case_id], folder / "mail", to=INTERVIEWER).file
    key = folder / "office/keys" / f"{INTERVIEWER}.key"
    fingerprint = office.fingerprint
    start_study(sent, folder / "laptop", key_file=key, passphrase=PASSPHRASE, expected=fingerprint)
    found = {"packet sent": hits([folder], planted)}
    laptop = open_study(folder / "laptop")
    away = laptop.unlock(INTERVIEWER, PASSPHRASE)
    case = away.open_case(case_id)
    for word in inside:
        case.append({"event": "set", "value": f"said {word}"})
    found["open on a laptop"] = hits([folder], planted)
    case.submit({"answers": [*inside]})
    late = away.packets.send([case_id], folder / "mail").file
    found["packet back"] = hits([folder], planted)
    laptop.close()
    manager.packets.take_back(case_id)
    meanwhile = office.unlock(INTERVIEWER, PASSPHRASE).open_case(case_id)
    meanwhile.append({"event": "set", "value": here})
    meanwhile.release()
    manager.packets.receive(late)
    if not list((folder / "office" / ASIDE).iterdir()):
        raise AssertionError("nothing was kept aside")
    found["kept aside"] = hits([folder], planted)
    office.close()
    return found


CASES = 20
"""Simulated cases; few respondents are asked for words of their own."""


def scan_simulated(folder: Path, planted: list[str]) -> tuple[set[str], int]:
    """Words found when simulated respondents say them, and how many they said.

    The first should be empty; the second is the number of words that there were to be found.
    """
    said, sentences = njov4(), simulate_values.SENTENCES
    folder.mkdir(parents=True, exist_ok=True)
    study = plain_study(folder / "simulated", said, "case", {}, cases=0)
    try:
        people = (study.unlock(name, PASSPHRASE) for name in (DATA_MANAGER, INTERVIEWER))
        manager, interviewer = people
        setattr(simulate_values, "SENTENCES", tuple(planted))  # noqa: B010 (of another length)
        list(simulate_into(manager, interviewer, said, "interview", CASES, 1))
        documents = str([one.document for one in manager.submitted()])
        found = hits([folder], planted)
    finally:
        setattr(simulate_values, "SENTENCES", sentences)  # noqa: B010
        study.close()
    return found | hits([folder], planted), sum(word in documents for word in planted)
