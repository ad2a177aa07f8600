"""Decks: small sets of test interviews that together show all that an instrument can do.

`make` draws one up for a mode, `script_of` turns one of its interviews into what a file of a deck
holds, and `first_difference` leads an instrument through such a script and compares.
"""
