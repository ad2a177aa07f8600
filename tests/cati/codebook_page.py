"""Takes an HTML page apart and says what is wrong with it."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "br"}


@dataclass
class Page(HTMLParser):
    """A page as a browser would take it apart."""

    document: str
    open: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """All text within the elements of a sort, and under the empty name all text there is."""
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.document)
        self.close()
        self.problems += [f"{name} is never closed" for name in self.open]
        self.problems += [
            f"id {one} twice" for one, times in Counter(self.ids).items() if times > 1
        ]
        targets = {f"#{one}" for one in self.ids}
        self.problems += [f"no target {one}" for one in self.links if one not in targets]
        self.texts = {name: "".join(parts) for name, parts in self.parts.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"] or "")
        if tag == "a":
            self.links.append(found.get("href") or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"{tag} closes nothing")

    def handle_data(self, data: str) -> None:
        for name in {"", *self.open}:
            self.parts.setdefault(name, []).append(data)
