"""Does training from JPEG files cost more than training from pixels in memory?

The estimator's own network (six blocks, batch 100) is fitted on synthetic joints, which lie as JPEGs of quality 95 in a
folder, for a few epochs. Each way is a fresh process, in turn; the network is built and traced beforehand by one fit of
two batches from memory, so that an epoch is reading and training alone. The ways:

memory  a uint8 array of the decoded files
paths   a column of file paths, with the default cache in memory
empty   the same with a cache_dir that is empty
filled  the same with a cache_dir that another process has filled

The files were just written or read, so they are in the page cache of the operating system in every way.

Usage: python benchmarks/bench_jpeg.py [--pairs 5] [--images 2000] [--size 64] [--epochs 4] [--quick]
"""

import functools
import shutil
import tempfile

from _joint_files import FOLDER, compare, joint_table, make_timer, median, ratios, write_joints

WAYS = ("memory", "paths", "empty", "filled")


def train(sizes, way):
    """Seconds of the first epoch and of a later one."""
    column, grades = read_table(sizes)
    images = read_images(column, sizes)
    trace_network(sizes, images, grades)
    folder = tempfile.mkdtemp(dir=sizes["folder"]) if way == "empty" else cache_folder(sizes)
    timer = make_timer()
    X = {
        "memory": lambda: images,
        "paths": lambda: column,
        "empty": lambda: with_cache(column, folder),
        "filled": lambda: with_cache(column, folder),
    }[way]()
    make_classifier(sizes, epochs=sizes["epochs"], callbacks=[lambda: timer]).fit(X, grades)
    if way == "empty":
        shutil.rmtree(folder)
    return {"first": timer.epochs[0], "later": sum(timer.epochs[1:]) / (sizes["epochs"] - 1)}


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
    """The decoded files; fills the cache that the way `filled` finds."""
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


def report(sizes, rounds):
    """Ratios to memory of the first epoch and of the later ones."""
    for when, asked in (("first", 1.25), ("later", 1.05)):
        memory = median(rounds, "memory", when)
        yield f"{when} epoch: from memory {memory:.2f} s ({sizes['images'] / memory:.0f} images/s)"
        for way in WAYS[1:]:
            ratio = ratios(rounds, (way, when), ("memory", when))
            yield f"  {way}: {median(rounds, way, when):.2f} s, ratio {ratio}, asked for at most {asked}"


CASES = {"files": write_joints} | {way: functools.partial(train, way=way) for way in WAYS}
SIZES = {"images": 2000, "size": 64, "epochs": 4, "batch": 100, "folder": str(FOLDER)}
QUICK = {"images": 200, "epochs": 2, "batch": 50}

if __name__ == "__main__":
    compare(CASES, SIZES, QUICK, report, __doc__)
