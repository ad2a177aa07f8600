"""The proof of an instrument: what is so of all cases that there can be."""
