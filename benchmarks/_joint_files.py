"""JPEGs of synthetic joints, which the benchmarks on files share and keep between runs."""

import pathlib
import tempfile
import time

FOLDER = pathlib.Path(tempfile.gettempdir(), "skerosion-benchmarks")


def joint_table(sizes):
    """Return where the table of ``sizes["images"]`` synthetic joints lies, beside their JPEGs of quality 95."""
    return FOLDER / f"joints-{sizes['images']}-{sizes['side']}" / "labels.csv"


def write_joints(sizes):
    """Write the joints where they are not there yet, in two processes; return the images a second."""
    from skerosion.datasets import write_joint_images

    table = joint_table(sizes)
    if table.exists():
        return {}
    started = time.perf_counter()
    options = {"size": sizes["side"], "random_state": 0, "image_format": "jpeg", "n_jobs": 2}
    write_joint_images(table.parent, sizes["images"], **options)
    return {"images a second": sizes["images"] / (time.perf_counter() - started)}
