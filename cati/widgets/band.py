"""The first line: which case, in which mode, whether it is practice, what is saved, since when."""

from datetime import datetime, timedelta, tzinfo

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cati.widgets.words import joined, named


class Band(Widget):
    """Practice and record extraction are told by a word and by the color of the whole line."""

    saved_at: reactive[datetime | None] = reactive(None)
    saved_here: reactive[bool] = reactive(False)
    """Some of it is on the disk of this computer alone, since the server is gone."""
    on_call: reactive[timedelta | None] = reactive(None)

    def __init__(
        self, label: str, mode: str, *, practice: bool, record: bool, zone: tzinfo | None
    ) -> None:
        super().__init__()
        self._label = label
        self._mode = mode
        self._practice = practice
        self._record = record
        self._zone = zone
        self.set_class(practice, "practice")
        self.set_class(record, "record")

    def render(self) -> Content:
        """Label and mode at the left, times at the right; the label gives way first."""
        left = joined(
            " ",
            Content.styled(" PRACTICE ", "bold reverse") if self._practice else "",
            " " if self._practice else "",
            Content.styled(" CASE RECORD ", "bold reverse") if self._record else "",
            " " if self._record else "",
        )
        mode = "" if self._record or not self._mode else f" · {self._mode.lower()}"
        right = self._times()
        room = self.size.width - left.cell_length - len(right) - 2
        label = named(self._label)
        if label.cell_length + len(mode) > room:
            mode = ""
        label = label.truncate(max(1, room), ellipsis=True)
        gap = max(1, room - label.cell_length - len(mode) + 1)
        return joined(left, label, mode, " " * gap, right, " ")

    def _times(self) -> str:
        parts = []
        if self.saved_at is not None:
            where = "saved on this computer" if self.saved_here else "saved"
            parts.append(f"{where} {self.saved_at.astimezone(self._zone):%H:%M:%S}")
        if self.on_call is not None:
            seconds = max(0, int(self.on_call.total_seconds()))
            what = "on case" if self._record else "on call"
            parts.append(f"{what} {seconds // 60:02d}:{seconds % 60:02d}")
        return " · ".join(parts)
