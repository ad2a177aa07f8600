"""A codebook as one HTML file: nothing is fetched, and it is as readable on paper."""

import base64
import hashlib
from collections.abc import Iterable
from importlib.resources import files

from cati.codebook.html_entry import entry_article, group_section, universe_line
from cati.codebook.markup import Markup, joined, lines, tag
from cati.codebook.model import Codebook, CodebookSection, Entry, MissingLine, SummaryLine
from cati.export.columns import Column
from instrument.counts import counted


def to_html(book: Codebook) -> str:
    """The codebook as an HTML document."""
    style, script = _resource("codebook.css"), _resource("filter.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"Codebook: {book.title}"),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("a", "Skip to the variables", href="#variables", class_="skip"),
        _contents(book),
        lines(
            Markup("<main>"),
            _title(book),
            _about(book),
            tag("h2", "Variables", id="variables", class_="part"),
            *(_section(section, book.language) for section in book.sections),
            _summary(book.summary),
            _case_columns(book),
            _guides(book),
            _definitions(book),
            _index(book),
            Markup("</main>"),
        ),
        tag("script", script),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _resource(name: str) -> Markup:
    return Markup(files("cati.codebook").joinpath(name).read_text(encoding="utf-8"))


def _digest(text: str) -> str:
    """What a content security policy calls a style or script by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _title(book: Codebook) -> Markup:
    return lines(
        tag("p", "Codebook", class_="kicker"),
        tag("h1", book.title),
        tag(
            "p",
            f"{book.name} {book.version} · {counted(len(book.variables), 'variable')} in "
            f"{counted(len(book.sections), 'section')} · fingerprint ",
            tag("code", book.fingerprint[:16]),
            class_="facts",
        ),
    )


def _contents(book: Codebook) -> Markup:
    """The table of contents, with a box that narrows the variables down."""
    links = [
        tag(
            "li",
            tag("a", section.title, href=f"#s-{section.name}"),
            tag("span", f" {_variables(section)}", class_="count"),
        )
        for section in book.sections
    ]
    ends = [("Codes and modes", "about"), ("About the case", "case")]
    ends += [("Summary", "summary")] if book.summary else []
    ends += [("Guides", "guides")] if book.guides else []
    ends += [("Glossary", "glossary")] if book.definitions else []
    ends.append(("Index of variables", "index"))
    return tag(
        "nav",
        tag("p", tag("a", book.title, href="#variables"), class_="nav-title"),
        tag(
            "p",
            tag("label", "Find a variable", for_="filter"),
            tag("input", type="search", id="filter", autocomplete="off", spellcheck="false"),
            tag("output", id="found", for_="filter"),
            class_="filter",
        ),
        tag("ol", *links),
        tag("ul", *(tag("li", tag("a", text, href=f"#{at}")) for text, at in ends)),
        aria_label="Contents",
    )


def _variables(section: CodebookSection) -> str:
    return str(sum(entry.sort != "statement" for entry in section.entries))


def _about(book: Codebook) -> Markup:
    languages = ", ".join(f"{label} ({code})" for code, label in book.languages)
    return tag(
        "section",
        tag("h2", "Codes and modes"),
        tag(
            "p",
            "Each variable stands under its name, with the cases it was asked for, the words that "
            "were read, its codes, and the columns that hold it in data. Words in [brackets] are "
            "filled in from earlier answers.",
        ),
        tag(
            "p",
            "Where an answer that a condition reads is missing, the condition is unknown. An item "
            "is asked only where its condition is known to hold; a choice is left out only where "
            "its condition is known not to.",
        ),
        tag("p", f"Modes: {', '.join(book.modes)}. Languages: {languages}."),
        _missing_table(book.missing),
        id="about",
    )


def _missing_table(missing: Iterable[MissingLine]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", str(one.code), class_="code"),
            tag("td", one.label),
            tag("td", ", ".join(one.modes) or "all modes"),
        )
        for one in missing
    ]
    return tag(
        "table",
        tag("caption", "Codes that stand where a variable has no value"),
        tag("thead", tag("tr", *(tag("th", x, scope="col") for x in ("Code", "Meaning", "Modes")))),
        tag("tbody", *rows),
    )


def _section(section: CodebookSection, language: str) -> Markup:
    return lines(
        Markup("<section>"),
        tag("h2", section.title, id=f"s-{section.name}"),
        universe_line(section.universe),
        *(
            entry_article(block, language)
            if isinstance(block, Entry)
            else group_section(block, language)
            for block in section.blocks
        ),
        Markup("</section>"),
    )


def _summary(parts: Iterable[SummaryLine]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", tag("code", f"summary_{one.name}")),
            tag("td", one.label),
            tag("td", one.hint),
            tag("td", tag("a", one.ask_if, href=f"#v-{one.ask_if}") if one.ask_if else "always"),
            id=f"m-{one.name}",
        )
        for one in parts
    ]
    if not rows:
        return Markup("")
    heads = ("Column", "Part", "What is written", "Wanted when yes")
    return tag(
        "section",
        tag("h2", "Summary", id="summary"),
        tag(
            "table",
            tag("caption", "What the interviewer writes after the interview"),
            tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
            tag("tbody", *rows),
        ),
    )


def _case_columns(book: Codebook) -> Markup:
    return tag(
        "section",
        tag("h2", "About the case", id="case"),
        tag(
            "table",
            tag("caption", "Columns that exports add to those of the interview"),
            tag(
                "thead",
                tag("tr", *(tag("th", x, scope="col") for x in ("Column", "Meaning", "Values"))),
            ),
            tag("tbody", *(_case_column(column) for column in book.case_columns)),
        ),
    )


def _case_column(column: Column) -> Markup:
    values = "; ".join(f"{code} {label}" for code, label in column.values.items())
    about = [tag("div", text, class_="facts") for text in (column.rule, column.note) if text]
    return tag(
        "tr",
        tag("td", tag("code", column.name)),
        tag("td", column.label, *about),
        tag("td", values or column.unit),
    )


def _guides(book: Codebook) -> Markup:
    if not book.guides:
        return Markup("")
    pages = [
        joined(
            tag("h3", one.title, id=f"g-{one.name}"),
            tag("p", "Offered with: ", *_items(one.items), class_="facts") if one.items else "",
            tag("p", one.text, class_="guide"),
        )
        for one in book.guides
    ]
    return tag("section", tag("h2", "Guides", id="guides"), *pages, lang=book.language)


def _items(names: Iterable[str]) -> list[str]:
    """Links to items, with dots between them."""
    out: list[str] = []
    for name in names:
        out += [" · " if out else "", tag("a", tag("code", name), href=f"#v-{name}")]
    return out


def _definitions(book: Codebook) -> Markup:
    if not book.definitions:
        return Markup("")
    terms = [joined(tag("dt", one.term), tag("dd", one.means)) for one in book.definitions]
    return tag(
        "section",
        tag("h2", "Glossary", id="glossary"),
        tag("dl", *terms, class_="glossary"),
        lang=book.language,
    )


def _index(book: Codebook) -> Markup:
    entries = sorted(book.variables, key=lambda entry: entry.name)
    rows = [
        tag("li", tag("a", tag("code", entry.name), href=f"#v-{entry.name}"), f" {entry.label}")
        for entry in entries
    ]
    return tag(
        "section",
        tag("h2", "Index of variables", id="index"),
        tag("ul", *rows, class_="index"),
    )
