"""Answers that wait on this computer: for a server that is gone, or as drafts."""
