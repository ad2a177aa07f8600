"""Maps of an instrument: what is asked in which order and on what condition, to be printed."""
