"""Whom a study believes: its manifest, the chain of signatures behind it, who took part when."""
