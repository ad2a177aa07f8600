"""Places in the YAML are held by the parts that stand there."""

import pytest

from instrument import Instrument, read_files
from instrument.source import Source
from skips.proof.anchors import Anchors, Lost, parts_of
from tests.cati.household import HOUSEHOLD


def household(**changed: tuple[str, str]) -> Instrument:
    files = {name: text.encode() for name, text in HOUSEHOLD.items()}
    for name, (old, new) in changed.items():
        text = HOUSEHOLD[f"{name}.yaml"]
        assert old in text
        files[f"{name}.yaml"] = text.replace(old, new, 1).encode()
    return read_files(files)


def test_every_part_is_found_again_where_it_is_now() -> None:
    before = household()
    after = household(
        home=("items:\n", "\n# a remark\nitems:\n\n"), instrument=("title: H", "# t\ntitle: H")
    )
    then, now = Anchors(before), Anchors(after)
    moved = 0
    for one, other in zip(parts_of(before), parts_of(after), strict=True):
        assert one[0] == other[0]
        home = one[0].split("/")[1] if one[0].startswith("sections/") else ""
        name = before.sections[int(home)].name if home else ""
        source, wanted = one[1].source, other[1].source  # type: ignore[attr-defined]
        assert now.place(then.of(source, name)) == wanted
        moved += source != wanted
    assert moved > 20


def test_a_place_within_a_part_keeps_its_distance() -> None:
    before, after = household(), household(home=("title: Home", "# a remark\ntitle: Home"))
    condition = next(
        part
        for _, part in parts_of(before.sections[0])
        if getattr(part, "text", "") == "people <= 12"
    )
    file, line, column = condition.source  # type: ignore[attr-defined]
    held = Anchors(before).of(Source(file, line, column + 7), "home")
    assert Anchors(after).place(held) == Source(file, line + 1, column + 7)
    held = Anchors(before).of(Source(file, line + 1, 3), "home")
    assert held[2:] != (0, 0)
    assert Anchors(after).place(held) == Source(file, line + 2, 3)


def test_what_is_nowhere_is_lost() -> None:
    anchors = Anchors(household())
    with pytest.raises(Lost):
        anchors.of(Source("other.yaml", 1, 1), "home")
    for section, path in (("home", "items/99"), ("home", "items/0/nothing"), ("attic", "")):
        with pytest.raises(Lost):
            anchors.place((section, path, 0, 0))
    with pytest.raises(Lost):
        anchors.place(("home", "title", 0, 0))
