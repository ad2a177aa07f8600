"""Planted defects: what the proof finds of them, and what it says of sound instruments.

A catalog of mistakes that authors make, each an edit of an instrument with the findings that it
must give, and a set of sound instruments of which nothing may be said. `python -m
tests.campaigns.planted` runs it; `defects/` and `sound/` hold the data.
"""
