"""One variable in HTML, and the groups that variables stand in."""

from collections.abc import Iterable, Sequence
from typing import Final

from cati.codebook.markup import Markup, joined, lines, tag
from cati.codebook.model import (
    CheckLine,
    ChoiceLine,
    Entry,
    FieldText,
    Group,
    MissingLine,
    Ref,
    RuleLine,
    Said,
    Universe,
    Use,
    Words,
)
from cati.export.columns import Column
from instrument.counts import counted

_FIELDS: Final = {
    "stem": "Read before the first row",
    "ask": "Read aloud",
    "say": "Read aloud",
    "instruct": "Instruction",
    "probe": "Probe",
    "help": "Help",
}
_MOST_COLUMNS: Final = 12
"""Names of columns that are written out."""


def entry_article(entry: Entry, language: str) -> Markup:
    """A variable or statement with all there is to know of it."""
    statement = entry.sort == "statement"
    heading = tag(
        "h3",
        tag("a", tag("code", entry.name), href=f"#v-{entry.name}", class_="anchor"),
        *(() if statement else (" ", tag("span", entry.label, class_="label"))),
    )
    return lines(
        Markup(f'<article id="v-{entry.name}" class="{entry.sort}">'),
        heading,
        tag("p", *_facts(entry), class_="facts"),
        tag(
            "dl",
            _pair("Universe", universe_body(entry.universe)),
            *(_field(text, language) for text in entry.texts),
            _pair("Limits", "; ".join(entry.limits)),
            _pair("Codes", _choices(entry, language)),
            _pair("Rule", _rule(entry.rule)),
            _pair("No value", _missing(entry.missing)),
            _pair("Checks", _checks(entry.checks, language)),
            _pair("Columns", _columns(entry.columns, entry.left_out)),
            _pair("Note", entry.note),
            _pair("Used by", _uses(entry.used_by)),
        ),
        Markup("</article>"),
    )


def group_section(group: Group, language: str) -> Markup:
    """A roster or a grid with its items."""
    kind = "Roster" if group.sort == "roster" else "Grid"
    facts = [
        _pair("Universe", universe_body(group.universe) if group.universe else ""),
        *(_field(text, language) for text in group.stem),
        _pair("Rows", joined(words(group.rows), _condition(group.rows_condition))),
        _pair("Row heading", _said(group.row_label, language)),
        _pair("Columns", _columns(group.columns, "")),
        _pair("Used by", _uses(group.used_by)),
    ]
    return lines(
        Markup(f'<section class="group" id="v-{group.name}">'),
        tag(
            "h3",
            tag("span", kind, class_="kind"),
            " ",
            tag("a", tag("code", group.name), href=f"#v-{group.name}", class_="anchor"),
            " ",
            tag("span", group.title, class_="label"),
        ),
        tag("dl", *facts),
        *(
            entry_article(block, language)
            if isinstance(block, Entry)
            else group_section(block, language)
            for block in group.blocks
        ),
        Markup("</section>"),
    )


def universe_line(universe: Universe) -> Markup:
    """The universe of a section, as a paragraph."""
    return tag("div", universe_body(universe), class_="universe")


def universe_body(universe: Universe) -> Markup:
    """A universe in words, and the conditions it consists of."""
    said = tag("span", words(universe.sentence), class_="sentence")
    conditions = [
        tag(
            "li",
            tag("span", _whose(level.whose, level.title), class_="whose"),
            " ",
            tag("code", level.condition),
        )
        for level in universe.levels
    ]
    return joined(said, tag("ul", *conditions, class_="conditions") if conditions else "")


def _whose(whose: str, title: str) -> str:
    return {
        "item": "This item",
        "row": f"Rows of {title}",
        "roster": f"Roster {title}",
        "section": f"Section {title}",
    }[whose]


def words(parts: Words) -> Markup:
    """Running text, its references as links."""
    return joined(
        *(
            tag("a", part.text, href=f"#v-{part.name}", title=part.name)
            if isinstance(part, Ref)
            else part
            for part in parts
        )
    )


def _facts(entry: Entry) -> Iterable[str]:
    """Kind, measure and what else is said in a word or two."""
    if entry.sort == "statement":
        return (f"Statement · item {entry.position}",)
    sort = "Computed · " if entry.sort == "computed" else ""
    facts = [
        f"{sort}{entry.kind}",
        entry.measure,
        entry.unit,
        *entry.traits,
        f"row {entry.grid.number} of {entry.grid.of}" if entry.grid else "",
        f"item {entry.position}",
        entry.source,
    ]
    plain: list[str] = [" · ".join(fact for fact in facts if fact)]
    if entry.specifies:
        asked = tag("a", tag("code", entry.specifies), href=f"#v-{entry.specifies}")
        plain += [" · words a choice of ", asked]
    if entry.sensitivity:
        plain += [" ", tag("strong", entry.sensitivity, class_="sensitive")]
    return plain


def _pair(term: str, said: str) -> Markup:
    """A line of the list of facts; nothing where there is nothing to say."""
    return joined(tag("dt", term), tag("dd", said)) if said else Markup("")


def _field(text: FieldText, language: str) -> Markup:
    modes = [tag("span", ", ".join(text.modes), class_="mode")] if text.modes else []
    spoken = text.field in ("ask", "say", "probe", "stem")
    return joined(
        tag("dt", _FIELDS[text.field], *modes),
        tag("dd", _said(text.said, language), class_="spoken" if spoken else None),
    )


def _said(said: Sequence[Said], language: str) -> Markup:
    """A text in its languages, each on a line of its own where there are several."""
    if len(said) == 1:
        return tag("span", words(said[0].words), lang=said[0].language)
    return joined(
        *(
            tag(
                "span",
                tag("b", one.language, class_="language"),
                " ",
                words(one.words),
                lang=one.language,
                class_="line",
            )
            for one in sorted(said, key=lambda one: one.language != language)
        )
    )


def _choices(entry: Entry, language: str) -> Markup:
    if not entry.choices:
        return Markup("")
    indicators = _indicators(entry)
    remarked = any(choice.remarks or choice.ask_if for choice in entry.choices)
    heads = ["Code", "Label", "Name"]
    heads += ["Column"] if indicators else []
    heads += ["Remarks"] if remarked else []
    rows = []
    for number, choice in enumerate(entry.choices):
        cells = [
            tag("td", str(choice.code), class_="code"),
            tag("td", _said(choice.labels, language)),
            tag("td", tag("code", choice.name)),
        ]
        if indicators:
            cells.append(tag("td", tag("code", indicators[number])))
        if remarked:
            cells.append(tag("td", _remarks(choice)))
        rows.append(tag("tr", *cells))
    caption = (
        "Each choice has a column of its own: 1 chosen, 0 not chosen"
        if entry.several
        else f"Codes of {entry.name}"
    )
    return tag(
        "table",
        tag("caption", caption, class_=None if entry.several else "quiet"),
        tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
        tag("tbody", *rows),
    )


def _indicators(entry: Entry) -> list[str]:
    """The columns of the choices of an any-of question, of its first row."""
    if not entry.several:
        return []
    return [column.name for column in entry.columns[: len(entry.choices)]]


def _remarks(choice: ChoiceLine) -> Markup:
    said = _strung([words(remark) for remark in choice.remarks], "; ")
    if choice.ask_if is not None:
        said += ["; " if said else "", "offered unless it is known that not: "]
        said += [words(choice.ask_if.words), _condition(choice.ask_if.condition)]
    return joined(*said)


def _missing(missing: Sequence[MissingLine]) -> Markup:
    parts = [
        joined(
            tag("span", str(one.code), class_="code"),
            f" {one.label}",
            f" ({', '.join(one.modes)})" if one.modes else "",
        )
        for one in missing
    ]
    return tag("span", *_strung(parts, " · "), class_="missing") if parts else Markup("")


def _strung(parts: Sequence[Markup], between: str) -> list[str]:
    """Parts with the same sign between them."""
    out: list[str] = list(parts[:1])
    for part in parts[1:]:
        out += [between, part]
    return out


def _checks(checks: Sequence[CheckLine], language: str) -> Markup:
    if not checks:
        return Markup("")
    rows = [
        tag(
            "li",
            tag("b", "Hard" if one.severity == "hard" else "Soft"),
            ": ",
            words(one.words),
            _condition(one.condition),
            tag("div", _said(one.say, language), class_="say"),
        )
        for one in checks
    ]
    return tag("ul", *rows, class_="checks")


def _rule(rule: Sequence[RuleLine]) -> Markup:
    if not rule:
        return Markup("")
    if len(rule) == 1 and rule[0].when is None:
        return joined(words(rule[0].value_words), _condition(rule[0].value))
    steps = [
        tag(
            "li",
            words(one.value_words),
            *(
                (" when ", words(one.when_words), _condition(one.when))
                if one.when
                else (" otherwise",)
            ),
        )
        for one in rule
    ]
    return tag("ol", *steps, class_="rule")


def _condition(condition: str) -> Markup:
    return joined(" ", tag("code", condition, class_="condition")) if condition else Markup("")


def _columns(columns: Sequence[Column], left_out: str) -> Markup:
    if not columns:
        return Markup("")
    names = [column.name for column in columns]
    shown = names if len(names) <= _MOST_COLUMNS else [*names[:3], "…", names[-1]]
    said: list[str] = _strung([tag("code", name) for name in shown], " · ")
    if len(shown) < len(names):
        said.append(f" ({counted(len(names), 'column')})")
    if left_out:
        said.append(f"; not in analysis exports: {left_out}")
    return joined(*said)


def _uses(uses: Sequence[Use]) -> Markup:
    href = {"item": "v", "section": "s", "summary": "m"}
    parts = [
        joined(
            tag(
                "a",
                tag("code", use.reader) if use.sort == "item" else f"{use.sort} {use.reader}",
                href=f"#{href[use.sort]}-{use.reader}",
            ),
            f" ({', '.join(use.how)})",
        )
        for use in uses
    ]
    return joined(*_strung(parts, " · ")) if parts else Markup("")
