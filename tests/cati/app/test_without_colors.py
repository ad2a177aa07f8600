"""Where nothing has a color, the line at hand is seen all the same."""

import pytest

from store import Study
from tests.cati.app.desk import Desk, interviewing
from tests.cati.app.household import TO_ROOMS


def reversed_lines(at: Desk) -> list[str]:
    """What stands in the lines below the first that are reversed over their whole width."""
    strips = at.app.screen._compositor.render_strips()
    return [
        strip.text.strip()
        for strip in strips[1:]
        if all(segment.style is not None and segment.style.reverse for segment in strip)
    ]


@pytest.mark.parametrize("has_colors", [False, True])
async def test_the_line_at_hand_is_reversed_where_there_are_no_colors(
    study: Study, monkeypatch: pytest.MonkeyPatch, *, has_colors: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not has_colors:
        monkeypatch.setenv("NO_COLOR", "1")
    async with interviewing(study, "enter", given=TO_ROOMS) as at:
        await at.press("f4")
        overview = reversed_lines(at)
        await at.press("up")
        above = reversed_lines(at)
        await at.press("escape", "f5", "enter")
        await at.until("CasesScreen")
        cases = reversed_lines(at)
    if has_colors:
        assert (overview, above, cases) == ([], [], [])
        return
    assert overview == ["·   Rooms"]
    (one,) = above
    assert one.startswith("✓   Adults")
    assert [line.split()[0] for line in cases] == ["▸", "interview", "Example"]
