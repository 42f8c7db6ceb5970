"""Training the upper part of the thesis' network: on the maps of its frozen trunk, and on pixels all the way up.

Both start from the same fitted weights and train the same layers with flips, batch norm of the trunk at its
statistics; one has computed the trunk's maps before its first epoch, in both orientations, the other runs the whole
network in every step. The first epoch, which traces, is left out of the time of an epoch (the median of the others);
the whole fit counts tracing and the computing of maps too. Images are noise, as many as there are knees in KneeKL224's
training part: neither time nor size depends on what is seen. Times are the processor's, of all cores together, which
other work on the machine does not lengthen much.
"""

import statistics
import time
from unittest import mock

from _harness import Case, Comparison, Question, compare
from _loops import LEARNING_RATE
from _measure import MEGABYTE
from _networks import epoch_times, make_images

KNEES = 5778


def fit(sizes, cache_trunk):
    """Seconds of a fit and of an epoch, the size of maps, and the loss that training ended with."""
    from skerosion import CNNClassifier, Phase
    from skerosion.training import _trunk_maps

    images, grades = make_images(sizes["images"], sizes["side"])
    kept, keep = [0], _trunk_maps._in_memory

    def kept_in_memory(of_images):
        maps = keep(of_images)
        kept[0] += maps.nbytes
        return maps

    settings = {"batch_size": sizes["batch"], "learning_rate": LEARNING_RATE, "random_state": 0, "verbose": 0}
    source = CNNClassifier(**settings, epochs=1).fit(images[: sizes["batch"]], grades[: sizes["batch"]])
    times, phase = epoch_times(time.process_time), Phase(_trained(sizes), cache_trunk=cache_trunk)
    settings |= {"weights": source, "phases": phase, "augmentation": {"flip": True}, "callbacks": [lambda: times]}
    started = time.process_time()
    with mock.patch.object(_trunk_maps, "_in_memory", kept_in_memory):
        fitted = CNNClassifier(**settings, epochs=sizes["epochs"]).fit(images, grades)
    return {
        "whole": time.process_time() - started,
        "epoch": statistics.median(times.seconds[1:]),
        "maps": kept[0] / MEGABYTE,
        "loss": fitted.history_["loss"][-1],
    }


def _trained(sizes):
    return "head" if sizes["groups"] == 0 else sizes["groups"]


def tell(sizes, medians):
    """Say what the two fits end with."""
    cached, whole = medians["cached"], medians["whole"]
    return (
        f"With {sizes['groups']} groups of layers and the head above the trunk, the last epoch's loss is "
        f"{cached['loss']:.4f} on maps and {whole['loss']:.4f} on pixels, from the same seed. The maps of {KNEES:,} "
        f"such images, as many as the knees there, would take {KNEES / sizes['images'] * cached['maps']:.0f} MB."
    )


FITS = "The upper {groups} convolutions of the thesis' network, {images} images of {side}x{side}, batch {batch}, flips"
COMPARISON = Comparison(
    cases={
        "cached": Case(lambda sizes: fit(sizes, "float16")),
        "whole": Case(lambda sizes: fit(sizes, None), "the whole network"),
    },
    questions=[
        Question(f"{FITS}: processor time of an epoch on the trunk's maps", ("cached", "epoch"), ("whole", "epoch")),
        Question(
            f"{FITS}: that of {{epochs}} epochs, computing the maps and tracing too",
            ("cached", "whole"),
            ("whole", "whole"),
        ),
        Question(f"{FITS}: the maps", ("cached", "maps"), unit="MB", at_most=400),
    ],
    sizes={"images": KNEES, "side": 64, "batch": 100, "epochs": 3, "groups": 4},
    quick={"images": 40, "side": 16, "batch": 10, "epochs": 2, "groups": 2},
    notes=tell,
    pairs=3,
)

if __name__ == "__main__":
    compare(COMPARISON)
