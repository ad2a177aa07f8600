"""Tests of the store: real files, real SQLite, real keys at the lowest cost allowed."""
