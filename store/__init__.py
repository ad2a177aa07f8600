"""Where it is kept: keys, sealed records, people, audit and backup."""
