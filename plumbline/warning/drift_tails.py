"""What a cumulative sum of drift_charts.py is worth at one look, by the years of its baseline: the scores (the chance
that a chart reaches the sum within a year) that one in ten, a hundred, ... a hundred thousand looks at courts without any
change fall below. Written by services/bench/drift_calibration.py (seed 77001, 3 to 6 times 4,000 series)."""

from __future__ import annotations

from plumbline.warning.memory import Tail

# By years: high side, low side.
# fmt: off
COUNTS = {
    2: (Tail((0.0319, 0.00137, 1.31e-05, 7.17e-08, 7.33e-09)), Tail((0.0436, 0.00813, 0.000223, 9.91e-06, 8.43e-07))),
    3: (Tail((0.029, 0.000496, 2.33e-06, 3.08e-09, 1.1e-11)), Tail((0.0388, 0.00124, 1.53e-05, 6.57e-07, 1.24e-07))),
    4: (Tail((0.0344, 0.00119, 1.36e-05, 3.99e-09, 4.69e-12)), Tail((0.0447, 0.00331, 5.79e-05, 1.26e-06, 6.88e-09))),
    5: (Tail((0.0379, 0.00235, 3.9e-05, 1.93e-07, 5.1e-10)), Tail((0.0473, 0.00655, 0.000243, 7.77e-06, 8.92e-08))),
}
SHARES = {
    2: (Tail((0.0937, 0.00236, 8.46e-06, 1.27e-09, 5.23e-15)), Tail((0.102, 0.00583, 5.47e-05, 3.11e-07, 1.53e-08))),
    3: (Tail((0.0948, 0.00579, 0.000175, 3.85e-07, 1.62e-10)), Tail((0.108, 0.0114, 0.000502, 2.09e-05, 9.74e-07))),
    4: (Tail((0.0998, 0.00954, 0.000597, 6.74e-06, 5.06e-07)), Tail((0.107, 0.0146, 0.00106, 8.45e-05, 1.34e-05))),
    5: (Tail((0.1, 0.0104, 0.000316, 5.1e-06, 2.43e-11)), Tail((0.11, 0.0183, 0.00178, 0.000133, 2.16e-05))),
}
# fmt: on
