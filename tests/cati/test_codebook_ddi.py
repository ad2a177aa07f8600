"""The codebook as DDI-Codebook 2.5, held to a description of the standard."""

from xml.etree import ElementTree as ET

import pytest

from cati.codebook import Codebook, codebook, to_ddi
from cati.export.columns import HIGHEST_CODE, LOWEST_CODE
from cati.library import shipped_instruments
from instrument import read_instrument
from tests.cati.codebook_survey import HEADER, TRIPS, travel
from tests.cati.ddi_shape import SHAPE, shape_problems

DDI = {"d": SHAPE["namespace"]}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def book() -> Codebook:
    return codebook(travel())


@pytest.fixture(scope="module")
def document(book: Codebook) -> str:
    return to_ddi(book)


@pytest.fixture(scope="module")
def root(document: str) -> ET.Element:
    return ET.fromstring(document)


def variable(root: ET.Element, name: str) -> ET.Element:
    found = root.find(f".//d:var[@name='{name}']", DDI)
    assert found is not None
    return found


def texts(element: ET.Element, path: str) -> list[str]:
    return [one.text or "" for one in element.findall(path, DDI)]


def test_the_travel_survey_has_the_shape(document: str) -> None:
    assert shape_problems(document) == []


@pytest.mark.parametrize("name", shipped_instruments())
def test_a_shipped_instrument_has_the_shape(name: str) -> None:
    assert shape_problems(to_ddi(codebook(read_instrument(shipped_instruments()[name])))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<titl>Travel survey</titl>", ""),
        ("<titl>Travel survey</titl>", "<titl>A</titl><titl>B</titl>"),
        ('name="went" files="F1"', 'files="F1"'),
        ('files="F1"', 'files="F2"'),
        ('ID="V_means"', 'ID="V_went"'),
        ('intrvl="discrete"', 'intrvl="neither"'),
        ('dcml="0"', 'dcml="none"'),
        ('version="2.5"', 'version="3.3"'),
        ("ddi:codebook:2_5", "ddi:codebook:1_0"),
        ("<dataDscr>", '<dataDscr><var name="early" />'),
        ("<dimensns>", "<dimensns>1"),
        ("<catValu>1</catValu>", "<catvalu>1</catvalu>"),
        ('type="section"', 'kind="section"'),
        ('xml:lang="es"', 'xml:lang="in Spanish"'),
    ],
)
def test_control_a_document_of_another_shape_is_seen(document: str, old: str, new: str) -> None:
    assert old in document
    assert shape_problems(document.replace(old, new, 1))


def test_there_is_a_variable_for_every_column(root: ET.Element, book: Codebook) -> None:
    names = [one.get("name") for one in root.iterfind(".//d:var", DDI)]
    columns = (*book.case_columns, *book.item_columns, *book.summary_columns)
    assert names == [column.name for column in columns]
    assert texts(root, ".//d:varQnty") == [str(len(names))]


def test_codes_are_those_of_the_columns(root: ET.Element, book: Codebook) -> None:
    for column in book.item_columns:
        categories = variable(root, column.name).findall("d:catgry", DDI)
        codes = [int(texts(one, "d:catValu")[0]) for one in categories]
        assert sorted(codes) == sorted(column.values)
        missing = [one.get("missing") == "Y" for one in categories]
        kept = [column.has_codes and LOWEST_CODE <= code <= HIGHEST_CODE for code in codes]
        assert missing == kept
        assert missing == sorted(missing), "values come first"


def test_every_variable_of_the_interview_stands_in_one_group(
    root: ET.Element, book: Codebook
) -> None:
    groups = root.findall(".//d:varGrp", DDI)
    grouped = [one for group in groups for one in group.get("var", "").split()]
    assert sorted(grouped) == sorted(f"V_{column.name}" for column in book.item_columns)
    inner = [one for group in groups for one in group.get("varGrp", "").split()]
    outer = {group.get("ID") for group in groups} - set(inner)
    assert len(inner) == len(set(inner))
    assert outer == {"S_trips", "S_people"}
    kinds = {one.get("name"): one.get("type") for one in groups}
    assert kinds["travelers"] == "repetition"
    assert kinds["rating"] == "grid"
    assert kinds["bought"] == "multipleResp"


def test_a_question_stands_once_with_its_texts_by_mode_and_language(root: ET.Element) -> None:
    means = variable(root, "means")
    literal = means.findall("d:qstn/d:qstnLit", DDI)
    assert [(one.get(LANG), one.text) for one in literal] == [
        ("en", "How did you travel?"),
        ("es", "¿Cómo viajó usted?"),
    ]
    assert texts(means, "d:qstn/d:ivuInstr") == [
        "(Telephone interview) Read the list.",
        "(Ticket records) Take it from the ticket.",
        "Ferries count as ships.",
    ]
    assert texts(means, "d:qstn/d:postQTxt") == ["The longest leg counts."]
    assert texts(means, "d:universe") == ["Asked when “Went on a trip” is yes."]
    second = variable(root, "age_2")
    assert second.find("d:qstn", DDI) is None
    assert second.get("qstn") == "Q_age"


def test_labels_of_codes_stand_in_every_language(root: ET.Element) -> None:
    first = variable(root, "means").find("d:catgry", DDI)
    assert first is not None
    labels = [(one.get(LANG), one.text) for one in first.findall("d:labl", DDI)]
    assert labels == [("en", "Train"), ("es", "Tren")]


def test_ranges_are_in_the_unit_of_the_data(root: ET.Element) -> None:
    lasted = variable(root, "lasted")
    accepted = lasted.find("d:valrng/d:range", DDI)
    assert accepted is not None
    assert lasted.get("measUnit") == "hours"
    assert (accepted.get("min"), accepted.get("max")) == ("0.083333333", "10")


def test_a_computed_value_says_how_it_is_derived(root: ET.Element) -> None:
    fare = variable(root, "fare")
    assert texts(fare, "d:derivation/d:drvcmd") == ["low when cost < 100; high"]
    assert texts(fare, "d:derivation/d:drvdesc") == [
        "“Low fare” when “Cost of the trip” is less than 100; “High fare” otherwise"
    ]


def test_what_is_sensitive_says_so(root: ET.Element) -> None:
    assert texts(variable(root, "ticket"), "d:security") == ["Identifying"]
    assert texts(variable(root, "went"), "d:security") == []


def test_texts_that_look_like_markup_stay_texts() -> None:
    hostile = "</labl><var name=&quot;x&quot;/> ]]> & <"
    trips = TRIPS.replace("label: Means of travel", f"label: '{hostile}'")
    trips = trips.replace("label: Ship", f"label: '{hostile}'")
    header = HEADER.replace("en: Travel survey", f"en: '{hostile}'")
    document = to_ddi(codebook(travel(header=header, trips=trips)))
    assert shape_problems(document) == []
    root = ET.fromstring(document)
    assert texts(variable(root, "means"), "d:labl") == [hostile]
    assert hostile in texts(variable(root, "means"), "d:catgry/d:labl")
    assert texts(root, ".//d:titl") == [hostile]
