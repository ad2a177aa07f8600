"""What text can give away: patterns, names and word lists behind `cati.summary.scan`."""
