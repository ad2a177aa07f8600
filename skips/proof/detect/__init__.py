"""Detectors: each looks for one kind of defect over all cases that there can be in one mode.

A detector is a module with `find(settler)`, which yields findings; static ones, which ask nothing
of cases, have `find(instrument)`. `skips.proof.detectors` lists them.
"""
