"""Programs that measure the budgets; each prints its own figures."""
