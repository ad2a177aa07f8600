# ruff: noqa: E501 - tables read best with one entry a line
"""Two data dictionaries, written as readable tables; together they hold every construct."""

import csv
import io

from cati.importing.redcap.table import Column

TITLES = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_SHORT = {
    "header": Column.HEADER,
    "label": Column.LABEL,
    "choices": Column.CHOICES,
    "note": Column.NOTE,
    "check": Column.VALIDATION,
    "min": Column.MINIMUM,
    "max": Column.MAXIMUM,
    "identifier": Column.IDENTIFIER,
    "if": Column.BRANCHING,
    "required": Column.REQUIRED,
    "align": Column.ALIGNMENT,
    "number": Column.NUMBER,
    "matrix": Column.MATRIX,
    "ranking": Column.RANKING,
    "tags": Column.ANNOTATION,
}


def field(name: str, sort: str, label: str = "", /, form: str = "home", **more: str) -> list[str]:
    """One row: its name, type and label, and other columns by the short words above."""
    texts = {Column.NAME: name, Column.FORM: form, Column.TYPE: sort, Column.LABEL: label}
    texts |= {_SHORT[word]: text for word, text in more.items()}
    return [texts.get(column, "") for column in Column]


def dictionary(*rows: list[str], raw: bool = False, separator: str = ",") -> bytes:
    """The CSV of a dictionary as REDCap writes it, with a byte order mark."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=separator, lineterminator="\r\n")
    writer.writerow([column.value for column in Column] if raw else TITLES)
    writer.writerows(rows)
    return page.getvalue().encode("utf-8-sig")


HOUSEHOLD = dictionary(
    field("record_id", "text", "Record ID"),
    field("welcome", "descriptive", "<div><p>Welcome & thank you.</p><p>Let us <b>start</b>.</p></div>"),
    field("logo", "descriptive", '<img src="logo.png">'),
    field("visit_date", "text", "Date of the visit", header="The visit", check="date_mdy", min="2020-01-01", max="today", required="y"),
    field("moved_in", "text", "When did you move in?", check="date_ymd", max="[visit_date]"),
    field("left_at", "text", "When did the visit end?", check="time", min="08:00", max="[next_contact]"),
    field("next_contact", "text", "When may we call again?", check="datetime_ymd"),
    field("full_time", "text", "Exact time", check="time_hh_mm_ss"),
    field("family_name", "text", "What is the family's name?", identifier="y", number="1a"),
    field("phone", "text", "Telephone number", check="phone", note="With the area code."),
    field("email", "text", "E-mail address", check="email"),
    field("zip", "text", "ZIP code", check="zipcode"),
    field("tax_number", "text", "Number of the tax file", check="ssn"),
    field("initials", "text", "Initials", check="alpha_only", tags="@CHARLIMIT=4 Asked since 2024."),
    field("persons", "text", "How many people live here?", check="integer", min="1", max="20"),
    field("children", "text", "How many of them are children?", check="integer", min="0", max="[persons]", tags="@FORCE-MINMAX"),
    field("temperature", "text", "How warm is it outside?", check="number_1dp", min="-40", max="50,5"),
    field("size", "text", "Size in square meters", check="number", align="RH"),
    field("story", "notes", "Anything about the\nhome we should {know}?", note="<i>Take</i> it down <u>word</u> for word."),
    field("tenure", "radio", "Is [family_name]'s home owned?", choices="1, Owned | 2, Rented <sup>*</sup> | 9, Something else | 9, Twice | , None"),
    field("landlord", "dropdown", "Who owns it?", choices="a, A company\nb, A person\nc, A person", **{"if": "[tenure] = '2'"}),
    field("rooms", "checkbox", "Which rooms are there?", choices="1, Kitchen | 2, Bath | 0, None of these", tags="@NONEOFTHEABOVE='0' @MAXCHECKED=2", required="y"),
    field("pets", "checkbox", "Which pets?", choices="1, Dog | 2, Cat"),
    field("garden", "yesno", "Is there a garden?", header="Outside: [tenure:label]", **{"if": "[rooms(1)] = '1'"}),
    field("street", "truefalse", "The home looks on the street.", **{"if": "[rooms(2)] = '1' or [rooms(1)] = '1'"}),
    field("noise", "slider", "How loud is the street?", choices="silent | bearable | loud", header="Noise"),
    field("light", "slider", "How light is it?", choices="dark | light", min="1", max="10"),
    field("photo", "file", "A picture of the home", **{"if": "[tenure] = '1'"}),
    field("signed", "file", "Please sign", check="signature"),
    field("town", "sql", "Town", choices="select 1, 'Town'"),
    field("secret", "text", "Set by the system", tags="@HIDDEN"),
    field("weird", "hologram", "A type from tomorrow"),
    field("pets", "text", "A name used twice"),
    field("", "text", "A field without name"),
    field("heat", "radio", "The heating", header="How content are you with these?", choices="1, Content | 2, Not content", matrix="content", required="y"),
    field("walls", "radio", "The walls of {0}", choices="1, Content | 2, Not content", matrix="content", required="y", **{"if": "[heat] = '2'"}),
    field("first_wish", "radio", "A new kitchen", form="wishes", choices="1, First | 2, Second", matrix="wish_list", ranking="y"),
    field("second_wish", "radio", "A new bath", form="wishes", choices="1, First | 2, Second", matrix="wish_list", ranking="y"),
    field("hope", "checkbox", "What do you hope for?", form="wishes", choices="1, Quiet | 2, Space", matrix="alone", align="LV"),
    field("again", "radio", "", form="wishes", header="And in the end?", choices="1, Content | 2, Not content"),
)  # fmt: skip

TRAVEL = dictionary(
    field("born", "text", "Date of birth", form="trip", check="date_ymd"),
    field("left", "text", "Date of departure", form="trip", check="date_dmy"),
    field("back", "text", "Date of return", form="trip", check="date_dmy"),
    field("age", "calc", "Age", form="trip", choices="rounddown(datediff([born], 'today', 'y'), 0)"),
    field("nights", "calc", "Nights away", form="trip", choices='datediff([left],[back],"d","dmy",true)'),
    field("months", "calc", "Months", form="trip", choices='datediff("today",[back],"M")'),
    field("years", "calc", "Years", form="trip", choices="datediff([left],[back],'y')"),
    field("hours", "calc", "Hours", form="trip", choices="datediff([left],[back],'h')"),
    field("means", "radio", "How did you travel?", form="trip", choices="1, Car | 2, Train | 3, Plane | 4, Ship | -999, Not known"),
    field("why", "checkbox", "Why did you travel?", form="trip", choices="1, Work | 2, Family | 3, Rest | -998, Not said"),
    field("alone", "yesno", "Did you travel alone?", form="trip"),
    field("others", "text", "How many came along?", form="trip", check="integer", **{"if": "[alone] = '0'"}),
    field("cost", "text", "What did it cost?", form="trip", check="number_2dp", **{"if": "[means] <> '1' and [means] <> ''"}),
    field("place", "text", "Where to?", form="trip", **{"if": "[why(2)] = '0' or [why(3)] = 1"}),
    field("remote", "notes", "Tell me about [place], [means:value] and [user-name]; [pause].", form="trip", **{"if": "[place] != 'home'"}),
    field("far", "yesno", "Was it far?", form="trip", **{"if": "[means] >= 3 AND NOT ([alone] = '1' or [others] > 2)"}),
    field("delay", "yesno", "Was there a delay?", form="trip", **{"if": "sum([why(1)], [why(2)]) > 0 and [cost] > 10.5"}),
    field("adult", "yesno", "Would you travel again?", form="trip", **{"if": "datediff([born], 'today', 'y') >= 18"}),
    field("known", "yesno", "Is that sure?", form="trip", **{"if": "[means] = '-999' or [why(-998)] = '1'"}),
    field("late", "yesno", "Was it late?", form="trip", **{"if": "[back] > '2026-01-31' and isblankormissingcode([cost])"}),
    field("later", "text", "What comes later?", form="trip", **{"if": "[luggage] = '1'"}),
    field("event", "text", "Another event?", form="trip", **{"if": "[first_arm_1][means] = '1'"}),
    field("smart", "text", "A smart variable?", form="trip", **{"if": "[user-role] = 'clerk'"}),
    field("broken", "text", "Not closed?", form="trip", **{"if": "([means] = '1'"}),
    field("nine", "text", "No such choice?", form="trip", **{"if": "[means] = '9'"}),
    field("nobody", "text", "No such field?", form="trip", **{"if": "[nowhere] = '1'"}),
    field("group", "calc", "Group", form="trip", choices="if([alone] = '1', 1, if([others] > 3, 3, 2))"),
    field("each", "calc", "Cost of each", form="trip", choices="if([cost] = '' or [others] = '', '', round([cost] / ([others] + 1), 2))"),
    field("score", "calc", "Score", form="trip", choices="sum([means], [others]) * 2 - abs([others] - 3)"),
    field("reasons", "calc", "Reasons", form="trip", choices="[why(1)] + [why(2)] + [why(3)]"),
    field("average", "calc", "Average", form="trip", choices="mean([cost], [others])"),
    field("above", "text", "Above average?", form="trip", **{"if": "[average] > 3"}),
    field("word", "text", "In words", form="trip", tags='@CALCTEXT(if([alone] = "1", "alone", "with others"))'),
    field("ahead", "calc", "Reads what comes later", form="trip", choices="[bags] * 2"),
    field("luggage", "radio", "Luggage?", form="luggage", choices="1, Yes | 0, No", tags="@RANDOMORDER @HIDECHOICE='0' @DEFAULT='1'"),
    field("bags", "text", "How many bags?", form="luggage", check="integer", min="0", header="About [place]", **{"if": "[luggage] = '1'"}),
    field("heavy", "text", "How heavy?", form="luggage", check="integer", max="40", note="In kg; [bags] bags.", **{"if": "[luggage] = '1'"}),
    field("year", "text", "In which year?", form="luggage", check="integer", **{"if": "year([left]) > 2020 and length([place]) > 3"}),
    raw=True,
    separator=";",
)  # fmt: skip

MISSING = "-999, Not known | -998, Not said"
