"""What a name names, and the neutral words that can stand in its place."""

import re
from collections.abc import Sequence
from typing import Final

from cati.identifying.tokens import Word
from cati.identifying.words import places, word_list

_TITLE_GROUPS: Final = {
    "the investigator": "detective det investigator inspector agent",
    "an officer": "officer ofc sergeant sgt lieutenant lt captain capt corporal cpl chief deputy"
    " trooper sheriff commander",
    "the judge": "judge magistrate justice",
    "the prosecutor": "prosecutor",
    "an attorney": "attorney",
    "a physician": "dr doctor nurse",
    "a coach": "coach",
    "a member of the clergy": "pastor reverend rev",
    "a school employee": "principal teacher professor counselor",
    "an adult": "mr mrs ms miss mx",
    "a place": "st saint mt mount fort lake camp",
    "a relative": "father uncle aunt grandma grandpa",
}
TITLES: Final = {
    word: suggestion for suggestion, words in _TITLE_GROUPS.items() for word in words.split()
}
"""Words before a name, and neutral words for both together."""

BODIES: Final = {
    "school": ("school", "a school"),
    "elementary": ("school", "a school"),
    "academy": ("school", "a school"),
    "university": ("school", "a university"),
    "college": ("school", "a college"),
    "county": ("place", "a county"),
    "parish": ("place", "a county"),
    "township": ("place", "a town"),
    "city": ("place", "a city"),
    "village": ("place", "a town"),
    "department": ("agency", "the agency"),
    "sheriff": ("agency", "the agency"),
    "office": ("agency", "the agency"),
    "police": ("agency", "the agency"),
    "pd": ("agency", "the agency"),
    "church": ("place", "a church"),
    "hospital": ("place", "a hospital"),
    "clinic": ("place", "a clinic"),
    "park": ("place", "a park"),
    "mall": ("place", "a store"),
    "library": ("place", "a library"),
    "troop": ("place", "a youth group"),
}
"""Words that the name of a place or body ends with."""

BODIES_BEFORE_OF: Final = {
    "city": ("place", "a city"),
    "county": ("place", "a county"),
    "town": ("place", "a town"),
    "village": ("place", "a town"),
    "township": ("place", "a town"),
    "borough": ("place", "a town"),
    "university": ("school", "a university"),
    "college": ("school", "a college"),
    "diocese": ("place", "a church"),
}
"""Words that the name of a place or body begins with, before "of"."""

BETWEEN: Final = frozenset({"high", "middle", "public", "junior", "community", "memorial", "state"})
"""Words inside the name of a body."""

_PLACE_CUES: Final = frozenset(
    {"in", "near", "from", "at", "to", "around", "outside", "toward", "towards", "within"}
)
_SUSPECT: Final = re.compile(
    r"\b(?:suspect|offender|defendant|arrested|convicted|perpetrator)\b", re.IGNORECASE
)
_MINOR: Final = re.compile(
    r"\b(?:minor|victim|girl|boy|child|student|daughter|son|teen(?:ager)?|juvenile)\b",
    re.IGNORECASE,
)


def kind_of(text: str, run: Sequence[Word], before: Word | None) -> tuple[str, str]:
    """Kind and suggestion for a name made of the words `run`, which stands behind `before`."""
    head, tail = run[0], run[-1]
    if len(run) > 1:
        if tail.bare in BODIES:
            return BODIES[tail.bare]
        if head.bare in BODIES_BEFORE_OF:
            return BODIES_BEFORE_OF[head.bare]
        if head.bare in TITLES:
            return "name", TITLES[head.bare]
    elif head.letters and head.bare not in word_list("first_names"):
        return "agency", "an agency"
    whole = " ".join(word.bare for word in run)
    if whole in places():
        return place(whole)
    behind_cue = before is not None and not head.opens and before.bare in _PLACE_CUES
    if behind_cue and head.bare not in word_list("first_names"):
        return "place", "a city"
    return "name", _person(text, head.start)


def place(name: str) -> tuple[str, str]:
    """Kind and suggestion for a place in the lists."""
    return "place", "a state" if name in word_list("states") else "a city"


def _person(text: str, at: int) -> str:
    """Neutral words for a person, after whom the sentence around `at` speaks of."""
    begin = max(text.rfind(". ", 0, at), text.rfind("\n", 0, at), at - 200, 0)
    stop = text.find(". ", at, at + 200)
    sentence = text[begin : stop if stop > 0 else at + 200]
    suspect, minor = _SUSPECT.search(sentence), _MINOR.search(sentence)
    if suspect and not minor:
        return "the suspect"
    if minor and not suspect:
        return "the minor"
    return "a person"
