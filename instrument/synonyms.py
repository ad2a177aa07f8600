"""What other survey languages call things, so that an author who knows them is told our word."""

from collections.abc import Collection, Mapping
from typing import Final

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("name", "id", "variable"), ("question", "name")),
    **dict.fromkeys(("repeat", "loop", "begin_repeat"), ("roster",)),
    **dict.fromkeys(("matrix", "table", "matrix_group"), ("grid",)),
    **dict.fromkeys(("descriptive", "info", "display"), ("statement",)),
    **dict.fromkeys(("calculated", "derived"), ("compute",)),
    **dict.fromkeys(("type", "answer_type", "field_type"), ("kind",)),
    **dict.fromkeys(("text", "prompt", "wording", "question_text", "field_label"), ("ask", "say")),
    "say": ("ask",),
    "ask": ("say",),
    **dict.fromkeys(("hint", "instruction", "instructions", "field_note"), ("instruct",)),
    **dict.fromkeys(("guidance", "guidance_hint", "qxq"), ("help",)),
    **dict.fromkeys(
        ("relevant", "relevance", "if", "when", "condition", "universe", "branching_logic"),
        ("ask_if",),
    ),
    **dict.fromkeys(("skip_if", "show_if", "visible_if", "enable_if"), ("ask_if",)),
    **dict.fromkeys(("constraint", "validation", "validate", "edit"), ("checks", "hard")),
    **dict.fromkeys(("error", "signal", "warning"), ("soft", "hard")),
    **dict.fromkeys(("message", "constraint_message"), ("say",)),
    **dict.fromkeys(("options", "answers", "categories", "responses", "values"), ("choices",)),
    **dict.fromkeys(("value",), ("code", "as", "is")),
    **dict.fromkeys(("calculation", "calculate", "expression", "formula"), ("as", "is")),
    **dict.fromkeys(("bounds", "limits", "min", "max"), ("range",)),
    **dict.fromkeys(("repeat_count", "count"), ("size",)),
    **dict.fromkeys(("required", "mandatory"), ("no_missing",)),
    **dict.fromkeys(("randomize", "randomise", "random_order"), ("shuffle",)),
    **dict.fromkeys(("other", "or_other"), ("specify",)),
    **dict.fromkeys(("else", "default"), ("otherwise",)),
    **dict.fromkeys(("pattern", "regex", "picture"), ("mask",)),
}
"""A key of another language to ours that may be meant, the likeliest first."""

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("select_one", "radio", "dropdown", "single", "enumerated"), ("one_of",)),
    **dict.fromkeys(("select_multiple", "checkbox", "multiple", "set"), ("any_of",)),
    **dict.fromkeys(("yesno", "boolean", "bool", "truefalse"), ("yes_no",)),
    **dict.fromkeys(("int", "number", "numeric", "slider"), ("integer", "decimal")),
    **dict.fromkeys(("float", "real"), ("decimal",)),
    **dict.fromkeys(("string", "char"), ("text",)),
    **dict.fromkeys(("notes", "memo", "open"), ("long_text",)),
    **dict.fromkeys(("interval", "timespan"), ("duration",)),
    **dict.fromkeys(("categorical", "unordered"), ("nominal",)),
    **dict.fromkeys(("ordered", "ranked"), ("ordinal",)),
    **dict.fromkeys(("metric", "continuous", "ratio"), ("scale",)),
    **dict.fromkeys(("private", "identifier", "pii"), ("identifying",)),
}
"""A word of another language to ours."""


def ours(word: str, known: Collection[str], words: Mapping[str, tuple[str, ...]]) -> str:
    """Our word for one of another language, if it is possible here; otherwise nothing."""
    return next((one for one in words.get(word, ()) if one in known), "")
