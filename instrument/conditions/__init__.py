"""The language of conditions: its grammar, its nodes, and the look-up of names and types."""
