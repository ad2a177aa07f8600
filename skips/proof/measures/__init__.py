"""Measures of an instrument: how many routes there are, the shortest and longest, complexity."""
