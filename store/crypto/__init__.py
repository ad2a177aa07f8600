"""Secrets: keys, sealed boxes, key files under a passphrase, and recovery sheets. No database."""
