"""Early warning: what each kind of deviation is judged by, as pure numbers. The same numbers give the same verdict, to the
bit: numpy's own threads, which sum in an order of their own, are kept to one unless the environment says otherwise.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
