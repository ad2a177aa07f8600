"""Campaigns against the store: cut power, failing disks, changed bytes, forged rows."""
