"""A case from adding to accepting: its lease, its journal, handing in, review, and return."""
