"""The two databases of a study, SQLite and PostgreSQL, behind one door."""
