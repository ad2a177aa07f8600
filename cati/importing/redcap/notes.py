"""What is noted while one field is carried over."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cati.importing.names import altered, cut, line
from cati.importing.outline import Lost, Origin, Remark
from cati.importing.redcap.labels import strip
from cati.importing.redcap.table import Column, Field


@dataclass(slots=True)
class Notes:
    """Losses and remarks of one field."""

    source: Field
    lost: list[Lost] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def lose(self, column: Column, feature: str, why: str, original: str | None = None) -> None:
        """Note that something of a column has no place here."""
        said = self.source[column] if original is None else original
        self.lost.append(Lost(self.source.cell(column), feature, said, why))

    def remark(self, column: Column, became: str, whys: Iterable[str]) -> None:
        """Note why what a column became should be read again."""
        cell, original = self.source.cell(column), self.source[column]
        self.remarks.extend(Remark(cell, original, became, why) for why in whys)

    def origin(self, column: Column, feature: str) -> Origin:
        """Where a key comes from, should our reader refuse its value."""
        return Origin(self.source.cell(column), feature, self.source[column])

    def stripped(self, column: Column) -> str:
        """A text without HTML; tags that mattered are noted."""
        found = strip(self.source[column])
        self.tags(column, found.tags)
        if why := cut(found.text):
            self.lose(column, "text", why)
        return found.text

    def altered(self, column: Column, text: str) -> None:
        """Remark that a text does not stand as it was in a label or a note."""
        if why := altered(text):
            self.remark(column, line(text), [why])

    def tags(self, column: Column, tags: Iterable[str]) -> None:
        """Note HTML tags that were taken out of a column."""
        if listed := ", ".join(f"<{tag}>" for tag in tags):
            self.lose(column, f"HTML {listed}", "texts are plain here; the words stay")
