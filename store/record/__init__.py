"""What was done: the audit and its chain, and verification of everything a study holds."""
