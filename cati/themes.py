"""The colors. Read-aloud text is the brightest thing on every screen; notes are dim but legible."""

from textual.theme import Theme

DARK = Theme(
    name="cati-dark",
    primary="#7fb2e5",
    secondary="#9aa7b4",
    accent="#7fb2e5",
    warning="#e5b567",
    error="#ff7b72",
    success="#8fc99a",
    foreground="#c3ccd5",
    background="#12161b",
    surface="#12161b",
    panel="#1d242c",
    dark=True,
    variables={
        "aloud": "#ffffff",
        "note": "#93a1af",
        "rule": "#3a4653",
        "taken": "#1f3a57",
        "spoken": "#a9d0a0",
        "band": "#1d242c",
        "band-text": "#c3ccd5",
        "practice": "#e5b567",
        "practice-text": "#12161b",
        "record": "#74c7c7",
        "record-text": "#12161b",
    },
)

LIGHT = Theme(
    name="cati-light",
    primary="#1f5f9e",
    secondary="#566370",
    accent="#1f5f9e",
    warning="#8a5a00",
    error="#b3261e",
    success="#1f6b33",
    foreground="#333c46",
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#e9ecef",
    dark=False,
    variables={
        "aloud": "#000000",
        "note": "#5a6673",
        "rule": "#b5bec8",
        "taken": "#d3e4f5",
        "spoken": "#1f6b33",
        "band": "#e9ecef",
        "band-text": "#333c46",
        "practice": "#f0c878",
        "practice-text": "#2b2000",
        "record": "#9fdcdc",
        "record-text": "#002b2b",
    },
)

CONTRAST = Theme(
    name="cati-contrast",
    primary="#ffff00",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff9a9a",
    success="#9aff9a",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        "aloud": "#ffff00",
        "note": "#ffffff",
        "rule": "#ffffff",
        "taken": "#00389e",
        "spoken": "#9aff9a",
        "band": "#000000",
        "band-text": "#ffffff",
        "practice": "#ffff00",
        "practice-text": "#000000",
        "record": "#00ffff",
        "record-text": "#000000",
    },
)

THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}
"""By the names that settings use."""
