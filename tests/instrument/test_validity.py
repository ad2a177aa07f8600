"""The declaration of the share of valid answers: read whole, refused where it cannot be."""

import pytest

from instrument import InstrumentError, read_files
from instrument.cache import dump, load
from instrument.normal import normal_form
from tests.cati.validity_survey import HEADER, VALIDITY, files, trips


def test_it_is_read_whole() -> None:
    rule = trips().validity
    assert rule is not None
    assert (rule.share.name, rule.share.label) == ("valid_share", "Share of valid answers")
    assert (rule.enough.name, rule.enough.label) == ("enough_answers", "Enough answers are valid")
    assert (rule.percent, rule.valid_reasons) == (80, frozenset({"not_sure"}))
    assert rule.note == "Table 3. Rule: not sure is an answer."
    assert rule.source.line == HEADER.count("\n") + 2
    assert load(dump(trips())) == trips()


def test_reasons_and_note_can_be_left_out() -> None:
    short = "".join(
        line
        for line in VALIDITY.splitlines(keepends=True)
        if not line.startswith(("  valid_reasons", "  note"))
    )
    rule = trips(short).validity
    assert rule is not None
    assert (rule.valid_reasons, rule.note) == (frozenset(), None)


def test_the_fingerprint_keeps_the_rule_and_not_how_it_is_laid_out() -> None:
    first = trips(VALIDITY.replace("[not_sure]", "[declined, not_sure]"))
    turned = VALIDITY.replace("[not_sure]", "[not_sure, declined]  # both")
    assert trips(turned).fingerprint == first.fingerprint
    changes = (("80", "81"), ("valid_share", "share"), ("Enough", "Many"), ("Table", "Chart"))
    others = [trips(VALIDITY.replace(*change)).fingerprint for change in changes]
    assert len({*others, first.fingerprint, trips().fingerprint, trips("").fingerprint}) == 7
    assert "validity" not in normal_form(trips("")), "other instruments keep their fingerprint"


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "says"),
    [
        ("valid_share", "age", 2, "name-repeated", "'age' of the share of valid answers has the"),
        ("enough_answers", "person", 4, "name-repeated", "has the name of an item"),
        ("enough_answers", "liking", 4, "name-repeated", "has the name of an item"),
        ("enough_answers", "home_type_specify", 4, "name-repeated", "has the name of an item"),
        ("enough_answers", "valid_share", 4, "name-repeated", "both variables of the share"),
        ("valid_share", "count", 2, "name-reserved", "is a word of the language"),
        ("valid_share", "Valid Share", 2, "name-form", "cannot be the name of a variable"),
        ("not_sure]", "not_shure]", 7, "missing-unknown", "there is no missing reason"),
        ("80", "0", 6, "value-form", "must be a number from 1 to 100"),
        ("80", "101", 6, "value-form", "must be a number from 1 to 100"),
        ("80", "79.5", 6, "value-form", "must be a number from 1 to 100"),
        ("80", "80 %", 6, "value-form", "must be a number from 1 to 100"),
        ("80", "[80]", 6, "value-form", "must be one value"),
        ("[not_sure]", "not_sure", 7, "value-form", "must be a list"),
        ("  percent: 80\n", "", 2, "key-missing", "needs the key 'percent'"),
        ("  share: valid_share\n", "", 2, "key-missing", "needs the key 'share'"),
        ("share_label", "share_lable", 3, "key-unknown", "has no key 'share_lable'"),
        ("percent:", "percentage:", 6, "key-unknown", "has no key 'percentage'"),
        ("Enough answers", "Enough {persons}", 5, "fill-not-here", "takes no fill"),
        ("Enough answers", "E" * 501, 5, "value-too-long", "one line of at most 500"),
    ],
)
def test_each_slip_is_one_message(old: str, new: str, line: int, code: str, says: str) -> None:
    assert VALIDITY.count(old) >= 1
    with pytest.raises(InstrumentError) as refused:
        read_files(files(VALIDITY.replace(old, new, 1)))
    (problem,) = refused.value.problems
    assert (problem.code, problem.source.line) == (code, HEADER.count("\n") + line)
    assert says in problem.text


def test_a_list_is_no_rule() -> None:
    with pytest.raises(InstrumentError) as refused:
        read_files(files("validity: [80]\n"))
    assert [one.code for one in refused.value.problems] == ["value-form"]


def test_conditions_cannot_read_its_variables() -> None:
    changed = {
        name: text.replace(b"ask_if: far > 1", b"ask_if: valid_share > 1")
        for name, text in files().items()
    }
    with pytest.raises(InstrumentError) as refused:
        read_files(changed)
    assert [one.code for one in refused.value.problems] == ["condition-name"]
