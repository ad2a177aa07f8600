"""A journal with a move that its versions do not bear out: one sentence on the list of cases."""

from pathlib import Path

from cati.library import take_in
from store import JSON, Study
from tests.cati.app.desk import desk, noon
from tests.cati.app.household import FILES, NAME, PASSPHRASE, write_instrument
from tests.cati.taken_up import open_casework


async def test_a_case_with_a_move_that_cannot_have_been_stays_on_the_list(
    study: Study, tmp_path: Path
) -> None:
    access = study.unlock(NAME, PASSPHRASE)
    files = {
        name: text.replace('version: "1.0.0"', 'version: "2.0.0"') for name, text in FILES.items()
    }
    write_instrument(tmp_path / "second", files)
    new = take_in(access, tmp_path / "second")
    (card,) = access.cases()
    held = open_casework(access, card.id, now=noon).held
    move: dict[str, JSON] = {
        "e": "move",
        "t": noon().isoformat(),
        "by": NAME,
        "old": card.instrument,
    }
    held.append(move | {"new": new.fingerprint, "back": ["people"]})
    held.release()
    access.lock()
    async with desk(study) as at:
        await at.press("enter")
        assert at.screen == "CasesScreen"
        assert at.sees("✗ The journal of this case tells of a move")
