"""Which question comes next and why: evaluation, routes, checks and fills."""
