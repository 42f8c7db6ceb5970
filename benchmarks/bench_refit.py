"""Many fits of the same network in one process: does memory stay flat, and is the last fit as fast as the second?

Images of 32x32, one epoch of batch 100 and a prediction of all of them; `_small_search.py` has the network. The first
fit builds and traces; growth is counted from the end of the second, over as many fits as asked for.
"""

import time

from _harness import Case, Comparison, Question, compare
from _measure import MEGABYTE
from _small_search import make_classifier, make_data


def refit(sizes):
    """Seconds of the first, the second and the last fit, and growth from the second on."""
    import psutil

    images, grades, _ = make_data(sizes["images"])
    process, seconds, megabytes = psutil.Process(), [], []
    for fit in range(sizes["fits"] + 2):
        classifier = make_classifier(random_state=fit)
        started = time.perf_counter()
        classifier.fit(images, grades).predict(images)
        seconds.append(time.perf_counter() - started)
        megabytes.append(process.memory_info().rss / MEGABYTE)
    return {
        "first": seconds[0],
        "second": seconds[1],
        "last": seconds[-1],
        "growth": megabytes[-1] - megabytes[1],
        "growth of the later half": megabytes[-1] - megabytes[1 + sizes["fits"] // 2],
    }


def tell(sizes, medians):
    """The first fit, and whether growth goes on."""
    case, fits = medians["skerosion"], sizes["fits"]
    return (
        f"The first fit builds and traces the network and takes {case['first']:.2f} s, the second "
        f"{case['second']:.2f} s, the last of {fits + 2} {case['last']:.2f} s. Of the growth, "
        f"{case['growth of the later half']:.1f} MB fall to the later half of the {fits} fits."
    )


FITS = "{fits} further fits of one network in a process, {images} images of 32x32"
COMPARISON = Comparison(
    cases={"skerosion": Case(refit, "the second fit")},
    questions=[
        Question(f"{FITS}: growth of memory in all", ("skerosion", "growth"), unit="MB", at_most=20),
        Question(
            f"{FITS}: the last fit beside the second", ("skerosion", "last"), ("skerosion", "second"), at_most=1.05
        ),
    ],
    sizes={"fits": 30, "images": 500},
    quick={"fits": 2, "images": 100},
    notes=tell,
)

if __name__ == "__main__":
    compare(COMPARISON)
