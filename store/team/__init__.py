"""The people of a study: founding it, letting in, removing, their keys and the rules."""
