"""The undertaking of a study comes before a person's first work."""

from store import Access, Study
from tests.cati.app.desk import Desk, desk
from tests.cati.app.household import NAME, PASSPHRASE

WORDS = "I keep what I read to myself."


async def unlock(at: Desk) -> None:
    """Type the passphrase, and wait for what comes up."""
    await at.type(PASSPHRASE)
    await at.press("enter")
    await at.until("UndertakingDialog")


def unlocked(at: Desk) -> Access | None:
    """Whose keys are in memory."""
    return at.app.access


async def test_the_undertaking_is_read_before_the_cases_and_only_once(study: Study) -> None:
    solo = study.unlock(NAME, PASSPHRASE)
    solo.people.change_policy(undertaking=WORDS)
    solo.lock()
    async with desk(study, unlocked=False) as at:
        await unlock(at)
        assert at.sees(WORDS, "I accept", "Not now")
        await at.press("escape")
        await at.until_sees("The undertaking was not accepted.")
        assert at.screen == "UnlockScreen"
        assert unlocked(at) is None
        await unlock(at)
        # A desk that is left with it on the screen is locked like any other.
        held = unlocked(at)
        assert held is not None
        signing = held.keys.signing.raw
        await at.app.action_lock()
        await at.until("UnlockScreen")
        assert not any(signing)
        await unlock(at)
        await at.press("enter")
        await at.until("CasesScreen")
        await at.press("ctrl+l")
        await at.until("UnlockScreen")
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("CasesScreen")
