"""One interview through several engines: a neutral form and script, and a program for each engine."""
