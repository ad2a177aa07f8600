"""Destroying what was collected, for good, and proving it."""
