"""How the findings of a check are shown: as text with excerpts, as JSON, as SARIF."""
