"""Tagging: from an untagged blank form to a template.

The form is read in layers (words, lines, cells, grid), each of which knows only
the one below; `places` walks it, and `found` keeps where an answer goes, `names`
calls it by the key rules (design, section 5), `write` puts the tag at that very
place, and `proposal` proves that the template gives the blank form back (law 3).  Only the
body is tagged; headers and footers stay.  Nothing is guessed in silence: every
proposal has a reason and a confidence, and what is left alone is listed.
"""
