"""What every key of the language is for, in a sentence: for editors, and held to the reader.

`KEYS` holds a key's usual sentence; `SPECIAL` what it means in one sort of mapping where that
differs. Sorts are those of `instrument.schema`: header, section, question, choice and so on.
"""

from typing import Final

KEYS: Final = {
    # instrument.yaml
    "instrument": "The name of the instrument: letters a-z, digits and _.",
    "title": "What people call it.",
    "version": 'Up to 32 letters, digits and . + _ -, such as "1.0.0". Write it in quotes.',
    "modes": "The modes in which it exists; all when the key is left out.",
    "record_modes": "Modes in which answers come from a record and nobody is on the line.",
    "languages": "Languages by code, such as en and es; plain texts are written in the first.",
    "words": "What the instrument says itself on generated items, if not the usual words.",
    "missing": "The reasons why an item may have no value, in the order in which they are shown.",
    "choice_files": "Files that hold nothing but shared lists of choices.",
    "definitions": "The glossary, one key away during the interview.",
    "guides": "Pages of rules, one key away and offered first on the items they name.",
    "summary": "What the interviewer's summary must cover.",
    "validity": "How the share of valid answers of a case is counted.",
    "sections": "The names of the section files, in the order of the interview.",
    # sections and items
    "section": "The name of the section, which is that of its file.",
    "ask_if": "The condition under which it is asked; it is asked when this is yes.",
    "items": "What is asked, read, worked out or repeated, in the order of the interview.",
    "question": "A question: one thing the interviewer asks. Its name stands for its answer.",
    "statement": "A statement: something that is read aloud and wants no answer.",
    "compute": "A computed value: worked out from earlier answers and asked of nobody.",
    "roster": "A roster: a block of items that is asked once for each person or object.",
    "grid": "A grid: one list of answers for several things, asked one after the other.",
    "item": "The name of the row, under which its answer is found.",
    "kind": "The kind of answer.",
    "label": "The label of the variable, for those who work with the data.",
    "ask": "Read aloud; {item} takes an earlier answer.",
    "say": "Read aloud; {item} takes an earlier answer.",
    "instruct": "For the interviewer alone.",
    "probe": "Read aloud when the answer needs another try.",
    "help": "The question-by-question specification: what counts and what does not.",
    "checks": "Conditions that must hold (hard) or usually hold (soft) of the answers so far.",
    "no_missing": "Missing reasons that are not accepted here, or all.",
    "measure": "How the values may be used: nominal, ordinal or scale.",
    "sensitivity": "What the answer can give away; exports and the summary check go by it.",
    "note": "Where the item comes from, or a decision about it.",
    # what only some kinds have
    "choices": "The answer categories: a list, or the name of a shared one.",
    "read_choices": "true if the interviewer reads the choices aloud.",
    "shuffle": "true if each case sees the choices in an order of its own.",
    "at_least": "How few choices may be taken; 1 when the key is left out.",
    "at_most": "How many choices may be taken.",
    "range": "The least and the greatest value: 0..99, 0.., ..99, 2019-01-01..2019-12-31.",
    "unit": "What the number counts, such as years; of a duration the unit in data.",
    "units": "The units in which a duration can be given; a bare number is in the first.",
    "max_length": "How many characters the text may have.",
    "mask": "The form of the text: 9 a digit, A a letter, X either, anything else itself.",
    "code_later": "true if the answers are sorted into categories after the interview.",
    # computed values and rosters
    "as": "The expression that gives the value.",
    "branches": "Values by condition: the first whose condition is yes decides.",
    "when": "The condition of this value.",
    "is": "The value if the condition is yes.",
    "otherwise": "The value if no condition before it was yes.",
    "size": "How many rows there are: a number from earlier answers.",
    "rows": "How many rows there always are.",
    "row_label": "What stands above the items of a row; {row} is the number of the row.",
    "row_if": "A row is asked when this is yes for it.",
    # parts of them
    "name": "How conditions and the data refer to the choice.",
    "code": "The number in the data.",
    "exclusive": "true if it is taken alone or not at all, such as none of these.",
    "specify": "true, or the text to ask: the wording of this choice is asked right behind.",
    "read": "false if the interviewer never reads this choice aloud.",
    "fixed": "true if it keeps its place when the choices are shuffled.",
    "hard": "The condition that must hold; the interview stays here until it does.",
    "soft": "The condition that usually holds; it can be passed with a remark.",
    "reason": "The name of the missing reason, as conditions call it.",
    "key": "The function key that gives it, f1 to f12.",
    "term": "The word that is defined.",
    "means": "What it means in this study.",
    "guide": "The name of the page.",
    "text": "The page itself.",
    "part": "The name of the part of the summary.",
    "hint": "What to write about, in a sentence.",
    "share": "The name of the variable that holds the share of valid answers, from 0 to 1.",
    "share_label": "What people who work with the data call it.",
    "enough": "The name of the yes/no variable that tells whether the share is large enough.",
    "enough_label": "What people who work with the data call it.",
    "percent": "The share that is enough, in percent, from 1 to 100.",
    "valid_reasons": "Missing reasons that count as valid answers; none when the key is left out.",
}

SPECIAL: Final = {
    ("header", "modes"): "Modes by name, each with its label; the first is the default.",
    ("header", "choices"): "Shared lists of choices, by name.",
    ("choice file", "choices"): "Shared lists of choices, by name.",
    ("section", "ask_if"): "The condition under which the whole section is asked.",
    ("choice", "ask_if"): "The choice is offered unless this is no.",
    ("choice", "label"): "The answer as it is read or shown.",
    ("missing", "code"): "The number in the data, from -1 to -49.",
    ("missing", "label"): "What the key gives, as it is shown.",
    ("missing", "modes"): "The modes in which it can be given.",
    ("compute", "sensitivity"): "By default the strictest of the items that it is worked out from.",
    ("roster", "label"): "What people who work with the data call it; the title by default.",
    ("roster", "at_most"): "No more rows than this, up to 500.",
    ("grid", "ask"): "Read before the first row.",
    ("grid", "items"): "The rows.",
    ("row", "ask"): "Read for this row, after what stands above all rows.",
    ("guide", "items"): "The items on whose screen it is offered first.",
    ("summary", "ask_if"): "The yes/no item that calls for this part.",
    ("summary", "label"): "What the part is called.",
    ("validity", "note"): "Where the rule comes from, or a decision about it.",
}


def description(sort: str, key: str) -> str:
    """What a key means in a sort of mapping."""
    return SPECIAL.get((sort, key)) or KEYS[key]
