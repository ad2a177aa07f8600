"""Copies of a study: made whole, read back, kept for a while, restored."""
