"""A submitted case in words, as its reviewer reads it."""

from pathlib import Path

from cati.reviewing import review_lines
from tests.cati.app.household import NAME, PASSPHRASE, household_study
from tests.cati.taken_up import open_casework, submit


def test_the_summary_is_read_in_the_order_of_the_instrument(tmp_path: Path) -> None:
    study = household_study(tmp_path)
    solo = study.unlock(NAME, PASSPHRASE)
    (card,) = solo.cases()
    work = open_casework(solo, card.id, now=study.now)
    work.interview.write_summary("cars", "A van.")
    work.interview.write_summary("who", "Two adults.\nOne child.")
    submit(work)
    found = solo.reviews.read(card.id)
    assert list(found.document["summary"]) == ["cars", "who"]  # type: ignore[arg-type]
    lines = list(review_lines(study, found))
    begins = lines.index("SUMMARY") + 1
    assert lines[begins : begins + 5] == [
        *("  Who lives here:", "    Two adults.", "    One child."),
        *("  What they drive:", "    A van."),
    ]
    study.close()
