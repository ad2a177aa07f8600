"""One interview through several engines, each led by a program of its own.

A peer program takes `form.json script.json SECONDS` (see `form`), answers step by step until the
script or the time is over, and prints one JSON object:

    engine, version   what was measured
    load_ms           from the text of the form to an engine ready for the first answer
    steps_done        how many steps were answered
    answer_us         time of each answer that is no flip, in order, in µs
    flip_us           time of each flip
    rss_mb, heap_mb   memory of the whole program at the end, and that of form and case alone
    relevant          names of the items on the route at the end; computed ones if they are relevant
    values            what the engine still holds: answers, counting or not, and computed values
    note              what is measured, in a sentence

Times, SECONDS too, are processor time of the program, since other programs would otherwise be
measured along.
"""
