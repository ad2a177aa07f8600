"""From YAML files to an instrument, or to everything that is wrong with them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from instrument.acknowledged import check_acknowledged
from instrument.choices import ChoiceList
from instrument.conditions.scope import Declared, Role, Scope
from instrument.declare import Declarer
from instrument.drafts import SectionDraft
from instrument.fields import Fields
from instrument.files import instrument_files
from instrument.guides import check_guides, check_summary
from instrument.header import FILE, Header, read_header, read_shared
from instrument.items import read_section
from instrument.keys import ITEM_KEYS
from instrument.models import Guide, Instrument, Item, Roster, Section, SharedList
from instrument.normal import fingerprint
from instrument.pause import collector_paused
from instrument.problems import InstrumentError, Problem
from instrument.report import Report, TooManyProblemsError, quote
from instrument.source import Source
from instrument.texts import Context
from instrument.validity import check_validity
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping as YamlMapping
from instrument.yaml_nodes import Scalar


def read_instrument(folder: Path) -> Instrument:
    """Read the instrument in a folder.

    Raises:
        InstrumentError: it cannot be used; holds every problem of its files.
    """
    return read_files(instrument_files(folder))


def read_files(files: Mapping[str, bytes]) -> Instrument:
    """Read an instrument from the contents of its files.

    Args:
        files: name to content: `instrument.yaml` and one file for each section it lists.

    Raises:
        InstrumentError: it cannot be used; holds every problem of its files.
    """
    report = Report()
    reading = _Reading(files, report)
    instrument = None
    with collector_paused(), suppress(TooManyProblemsError):
        instrument = reading.instrument()
    report.add_unlisted(reading.order)
    if report.problems or instrument is None:
        raise InstrumentError(_in_order(report.problems, reading.order))
    return instrument


def _each(section: Section) -> Iterator[Item]:
    """Every item of a section, those inside of rosters, too."""
    for item in section.items:
        yield item
        if isinstance(item, Roster):
            yield from item.items


def _in_order(problems: Iterable[Problem], order: Mapping[str, int]) -> list[Problem]:
    """Problems as an author meets them: by file in the order of the interview, then by line."""
    last = len(order)
    return sorted(
        problems, key=lambda problem: (order.get(problem.source.file, last), problem.source)
    )


def _on_rows(guide: Guide, items: Mapping[str, Declared]) -> Guide:
    """A guide that is offered on a grid, offered on each of its rows."""
    grids = {name: items[name].rows for name in guide.items if _is_grid(items.get(name))}
    if not grids:
        return guide
    expanded = (row for name in guide.items for row in grids.get(name, (name,)))
    return guide.model_copy(update={"items": tuple(dict.fromkeys(expanded))})


def _is_grid(item: Declared | None) -> bool:
    return item is not None and item.role is Role.GRID


class _Reading:
    """One reading of a set of files."""

    def __init__(self, files: Mapping[str, bytes], report: Report) -> None:
        self.files = files
        self.report = report
        self.order = {FILE: 0}
        """The files that belong, each with its place."""
        self.complete = True
        """Whether every file that belongs could be read."""
        self._meant: set[str] = set()
        """Files that misspelt names of files were meant for."""

    def instrument(self) -> Instrument | None:
        """Read everything; what comes back is sound only if no problem was noted."""
        if FILE not in self.files:
            self.report.add(
                "file-missing",
                Source(FILE, 1, 1),
                f"there is no file {FILE}",
                "every instrument has one; is this the right folder?",
            )
            return None
        fields = self._open(FILE, "the instrument")
        if fields is None:
            return None
        header = read_header(fields, ITEM_KEYS)
        self.complete = self.complete and header.files_known
        choices = self._choices(header)
        declarer = Declarer(
            self.report, choices, ITEM_KEYS.union(header.modes), complete=self.complete
        )
        drafts = self._sections(header, declarer)
        if header.files_known:
            self._refuse_strangers()
        return self._second_pass(header, declarer, drafts)

    def _second_pass(
        self, header: Header, declarer: Declarer, drafts: list[SectionDraft]
    ) -> Instrument:
        complete = self.complete and declarer.named
        if declarer.misnamed:
            self.report.unsure.update(("guide-item", "summary-ask-if"))
        scope = Scope(
            items=declarer.items,
            reasons=frozenset(reason.name for reason in header.missing) | self.report.unusable,
            broken=frozenset(declarer.broken),
            misnamed=declarer.misnamed,
            complete=complete,
            speller=self.report.speller,
        )
        context = Context(self.report, scope, tuple(header.modes), header.missing)
        items = frozenset(declarer.items).union(declarer.broken)
        sections = tuple(read_section(context, draft) for draft in drafts)
        check_validity(header.validity, declarer.items.keys(), self.report)
        if complete and drafts:
            check_guides(header.guides, items, self.report)
            # What could not be read has a problem of its own, and nothing more is said of it.
            read = {item.name for section in sections for item in _each(section)}
            unread = frozenset(declarer.broken).union(declarer.items.keys() - read)
            check_summary(header.summary, sections, unread, self.report)
            others = [*declarer.choices, *(one.term for one in header.definitions)]
            check_acknowledged(header.acknowledged, sections, others, unread, self.report)
        instrument = Instrument(
            source=header.source,
            name=header.name,
            title=header.title,
            version=header.version,
            translations=header.translations,
            languages=header.languages,
            modes=MappingProxyType(header.modes),
            record_modes=header.record_modes,
            missing=header.missing,
            definitions=header.definitions,
            guides=tuple(_on_rows(guide, declarer.items) for guide in header.guides),
            sections=sections,
            summary=header.summary,
            validity=header.validity,
            acknowledged=header.acknowledged,
            unused_lists=tuple(
                SharedList(source=listed.source, name=name)
                for name, listed in declarer.choices.items()
                if listed is not None and name not in declarer.used
            ),
            fingerprint="",
        )
        if self.report.problems:
            return instrument
        return instrument.model_copy(update={"fingerprint": fingerprint(instrument)})

    def _open(self, name: str, what: str) -> Fields | None:
        """The mapping that a file must be."""
        node, problems = read_yaml(name, self.files[name])
        self.report.extend(problems)
        if isinstance(node, YamlMapping):
            return Fields(node, self.report, what)
        self.complete = False
        if node is not None:
            self.report.add(
                "file-form",
                node.source,
                "the file must consist of 'KEY: VALUE' lines",
                f"the first key of {what} stands at the left edge, without '-'",
            )
        return None

    def _file(self, listed: Scalar, what: str) -> Fields | None:
        """The mapping of a file that instrument.yaml lists."""
        name = f"{listed.text}.yaml"
        if name in self.order:
            self.report.add(
                "name-repeated",
                listed.source,
                f"the file {name} is listed for another purpose already",
            )
            return None
        self.order[name] = len(self.order)
        if name in self.files:
            return self._open(name, what)
        self.complete = False
        meant = self.report.unknown(
            "file-missing",
            listed.source,
            f"the file {quote(name)} of {what} does not exist",
            name,
            [other for other in self.files if other not in self.order],
        )
        self._meant.add(meant)
        return None

    def _choices(self, header: Header) -> dict[str, ChoiceList | None]:
        """All shared lists, those of instrument.yaml and those of other files."""
        choices = header.choices
        for listed in header.choice_files:
            fields = self._file(listed, f"the choices '{listed.text}'")
            if fields is not None:
                fields.allow(("choices",))
                fields.node("choices", required=True)
                choices = read_shared(fields, choices)
        return choices

    def _sections(self, header: Header, declarer: Declarer) -> list[SectionDraft]:
        drafts = []
        for listed in header.sections:
            fields = self._file(listed, f"section '{listed.text}'")
            if fields is not None:
                drafts.append(declarer.section(listed.text, fields))
        return drafts

    def _refuse_strangers(self) -> None:
        for name in self.files:
            if name not in self.order and name not in self._meant:
                self.report.add(
                    "file-strange",
                    Source(name, 1, 1),
                    f"the file {quote(name)} is not listed in {FILE}",
                    "list it under 'sections' or 'choice_files', or move it out of the folder",
                )
