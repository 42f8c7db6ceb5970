"""Does training from JPEG files cost more than training from pixels in memory?

The estimator's own network (six blocks) is fitted for a few epochs on synthetic joints, which lie as JPEGs of quality
95 in a folder for temporary files (TMPDIR moves it) and are kept between runs. The network is built and traced
beforehand by one fit of two batches from memory, so that an epoch is reading and training alone. The ways:

memory  a uint8 array of the decoded files
paths   a column of file paths, with the default cache in memory
empty   the same with a cache_dir that is empty
filled  the same with a cache_dir that another process has filled

The files were just written or read, so they are in the page cache of the operating system in every way.
"""

import functools
import statistics
import tempfile

from _harness import Case, Comparison, Question, compare
from _joint_files import joint_table, write_joints
from _networks import epoch_times


def prepare(sizes):
    """Write the files, and fill the cache that the way `filled` finds."""
    told = write_joints(sizes)
    read_images(read_table(sizes)[0], sizes)
    return told


def train(sizes, way):
    """Seconds of the first epoch and of a later one."""
    column, grades = read_table(sizes)
    images = read_images(column, sizes)
    trace_network(sizes, images, grades)
    times = epoch_times()
    classifier = make_classifier(sizes, epochs=sizes["epochs"], callbacks=[lambda: times])
    with tempfile.TemporaryDirectory(dir=joint_table(sizes).parent) as empty:
        X = {
            "memory": lambda: images,
            "paths": lambda: column,
            "empty": lambda: with_cache(column, empty),
            "filled": lambda: with_cache(column, cache_folder(sizes)),
        }[way]()
        classifier.fit(X, grades)
    return {"first": times.seconds[0], "later": statistics.mean(times.seconds[1:])}


def trace_network(sizes, images, grades):
    """Build and trace the network by a fit of two batches that have every grade."""
    import numpy as np

    some = slice(2 * sizes["batch"])
    make_classifier(sizes, epochs=1).fit(images[some], np.resize(np.unique(grades), len(images[some])))


def read_table(sizes):
    """A column of paths and the grades."""
    import numpy as np
    import pandas as pd

    from skerosion.clinical import ratingen

    path = joint_table(sizes)
    table = pd.read_csv(path)
    return np.array([[str(path.parent / name)] for name in table["path"]]), ratingen(table["percent"])


def read_images(column, sizes):
    """The decoded files, through the cache that stays between runs."""
    import numpy as np

    return np.asarray(with_cache(column, cache_folder(sizes)))


def with_cache(column, folder):
    """Rows of the files with a cache on the disk."""
    from skerosion.datasets import as_image_rows

    return as_image_rows(column, cache_dir=folder)


def cache_folder(sizes):
    """Where decoded joints stay between runs."""
    return joint_table(sizes).parent / "cache"


def make_classifier(sizes, **options):
    """The estimator's own network."""
    from skerosion import CNNClassifier

    return CNNClassifier(batch_size=sizes["batch"], random_state=0, verbose=0, **options)


def tell(sizes, medians):
    """Images a second of each way."""
    rates = [
        f"{name} {sizes['images'] / times['first']:.0f} and {sizes['images'] / times['later']:.0f}"
        for name, times in medians.items()
    ]
    return f"Images a second in the first epoch and in a later one: {', '.join(rates)}."


TRAINING = "Training on {images} JPEGs of {side}x{side}, batch {batch}, {epochs} epochs"
WAYS = {
    "paths": "from their paths",
    "empty": "from their paths with an empty cache_dir",
    "filled": "from their paths with a filled cache_dir",
}
EPOCHS = {"first": ("the first epoch", 1.25), "later": ("an epoch after the first", 1.05)}
COMPARISON = Comparison(
    cases={"memory": Case(functools.partial(train, way="memory"), "from memory")}
    | {way: Case(functools.partial(train, way=way)) for way in WAYS},
    questions=[
        Question(f"{TRAINING}, {how}: {what}", (way, when), ("memory", when), at_most=limit)
        for way, how in WAYS.items()
        for when, (what, limit) in EPOCHS.items()
    ],
    sizes={"images": 2000, "side": 64, "epochs": 4, "batch": 100},
    quick={"images": 100, "side": 16, "epochs": 2, "batch": 25},
    notes=tell,
    prepare=prepare,
)

if __name__ == "__main__":
    compare(COMPARISON)
