"""Two versions of an instrument side by side: what `cati diff` says."""
