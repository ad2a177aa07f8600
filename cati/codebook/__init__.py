"""What every variable of an instrument is, for people who work with the data."""

from cati.codebook.build import codebook
from cati.codebook.ddi import to_ddi
from cati.codebook.html import to_html
from cati.codebook.model import Codebook
from cati.codebook.universe import universe_in_words

__all__ = ["Codebook", "codebook", "to_ddi", "to_html", "universe_in_words"]
