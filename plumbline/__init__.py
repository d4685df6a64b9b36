"""Plumbline (准绳): the books of a court, kept from its case events.

The journey of a number, and the module to open at each step:

    event      what happened, as a court system reported it        envelope, events, vocabulary
      |        (the subject it is about: a case, a register         subjects, casenumbers
      |        entry, a foreign docket, a court)
      v
    fact       what the case amounts to now, folded from its       fold, clocks
      |        events in one total order
      v
    posting    a signed, dated integer that a case writes in       fold
      |        the books of its court; never changed, only
      |        followed by another
      v
    balance    the sum of postings by court, measure and day       store
      |
      v
    value      a formula over balances: numerator, denominator,    indicators, periods, courts
      |        period, version, or the reason there is none
      v
    score, deviation
               points by a rule book; a departure from the line, with its reason

Two clocks stand on every value: the day it is about, and the moment it was known.
A correction is one more event, so nothing is rewritten and every number can be walked back to
the cases, the events and the clause behind it.

The modules here are the nouns of that journey. They know no database, no web framework and no
clock: `now`, the calendar and the definitions are arguments. Only `plumbline.store` speaks SQL.
"""

import os

# Before anything reads numpy: its threads sum in an order of their own, and a figure judged twice must be the same to the bit.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
