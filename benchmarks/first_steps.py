"""How long do the first steps take: the import, the first estimator's name, the first fit?

Each step is a bare Python that has imported nothing yet; processor time counts, of all its threads. TensorFlow's own
import stands beside them, for touching an estimator loads it. The first fit builds and traces the network, which later
ones of its kind find again (`bench_refit.py`). `python -X importtime -c "import skerosion"` tells module by module.
"""

import functools
import subprocess
import sys

from _harness import Case, Comparison, Question, compare

IMPORT = "import skerosion"
ESTIMATOR = "from skerosion import CNNClassifier"
TENSORFLOW = "import tensorflow"
PREPARED = """from skerosion import CNNClassifier
import numpy as np
y = np.arange({images}) % 3
X = np.random.default_rng(0).integers(0, 255, ({images}, 32, 32), dtype=np.uint8)"""
SMALL = "filters=(8, 16), convolutions=1, dense_units=(16,), batch_size=20, epochs=1, random_state=0"
FIT = f"CNNClassifier({SMALL}).fit(X, y)"
TIMED = """{before}
import time
started = time.process_time()
{step}
print("seconds", time.process_time() - started)"""


def take(sizes, step, before=""):
    """Processor seconds of a step in a new Python, after what comes before it."""
    script = TIMED.format(before=before.format(**sizes), step=step)
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    return {"seconds": float(told.split()[-1])}


COMPARISON = Comparison(
    cases={
        "import": Case(functools.partial(take, step=IMPORT)),
        "estimator": Case(functools.partial(take, step=ESTIMATOR)),
        "tensorflow": Case(functools.partial(take, step=TENSORFLOW), f"`{TENSORFLOW}`"),
        "fit": Case(functools.partial(take, step=FIT, before=PREPARED)),
    },
    questions=[
        Question(f"Processor time of `{IMPORT}`", ("import", "seconds"), ("tensorflow", "seconds")),
        Question(f"Processor time of `{ESTIMATOR}`", ("estimator", "seconds"), ("tensorflow", "seconds")),
        Question(
            "Processor time of a first fit after that, {images} images of 32x32, two convolutions, one epoch",
            ("fit", "seconds"),
        ),
    ],
    sizes={"images": 100},
    quick={"images": 20},
)

if __name__ == "__main__":
    compare(COMPARISON)
