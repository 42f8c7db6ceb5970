"""What does the audit of a split find? Copies of knees that were changed in a known way, planted under other patients.

First the knees alone, their two official parts: how long it takes, how much memory, and whether images of different
patients are reported. Then, one table per change: 200 knees are changed and added as other patients' in another part.
Last, the 387 knees that lie elsewhere without the contrast enhancement.

Usage: python benchmarks/audit.py [--copies 200] [--seed 0] [--page docs/results/audit.md]
"""

import argparse
import io
import pathlib
import resource
import time

import numpy as np
import pandas as pd
from _measure import describe_machine
from PIL import Image

from skerosion import ImageRows
from skerosion.datasets import load_image_table, read_image
from skerosion.model_selection import audit_split

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"


def as_jpeg(image, quality=30):
    """Return an image after a JPEG of low quality."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def resized(image, box=None, size=None):
    """Return an image, or a box of it, at its old size, from fewer pixels where a size is given."""
    part = image.crop(box) if box else image
    return (part.resize(size, Image.BILINEAR) if size else part).resize(image.size, Image.BILINEAR)


def cut(pixels):
    """Return the change that takes pixels off each side."""
    return lambda image: resized(image, (pixels, pixels, image.width - pixels, image.height - pixels))


CHANGES = {
    "JPEG of quality 30": as_jpeg,
    "half size": lambda image: resized(image, size=(image.width // 2, image.height // 2)),
    "exposure x 0.7": lambda image: image.point(lambda value: value * 0.7),
    "exposure x 1.3": lambda image: image.point(lambda value: min(value * 1.3, 255)),
    "shifted by 4 pixels": lambda image: image.transform(image.size, Image.AFFINE, (1, 0, -4, 0, 1, 0)),
    "cropped by 2 pixels a side": cut(2),
    "cropped by 4 pixels a side": cut(4),
    "cropped by 8 pixels a side": cut(8),
    "turned by 1 degree": lambda image: image.rotate(1, Image.BILINEAR),
    "turned by 2 degrees": lambda image: image.rotate(2, Image.BILINEAR),
    "turned by 5 degrees": lambda image: image.rotate(5, Image.BILINEAR),
    "mirrored": lambda image: image.transpose(Image.FLIP_LEFT_RIGHT),
}


def audit_with(images, patients, others, originals):
    """Add images as those of patients of their own, in another part; return the audit and which of them were found."""
    added = [f"added {number}" for number in range(len(others))]
    rows = ImageRows(np.concatenate([images, others]), groups=[*patients, *added])
    parts = ["table"] * len(images) + ["added"] * len(others)
    audit = audit_split(rows, parts)
    pairs = set(zip(audit.frame["row a"], audit.frame["row b"], strict=True))
    return audit, [(old, len(images) + new) in pairs for new, old in enumerate(originals)]


def lines_of(images, patients, n_copies, seed):
    """Yield a line of the table for each change."""
    chosen = np.random.default_rng(seed).choice(len(images), n_copies, replace=False)
    for name, change in CHANGES.items():
        copies = [np.asarray(change(Image.fromarray(images[row, ..., 0])))[..., None] for row in chosen]
        yield name, *audit_with(images, patients, np.stack(copies), chosen)


def raw_twins(table):
    """Return the knees that lie elsewhere, not enhanced, and the row of the same knee in the table."""
    listed = pd.read_csv(FOLDER / "knee_kl_misnamed" / "labels.csv", dtype=str)
    row_of = {pair: row for row, pair in enumerate(zip(table["patient_id"].astype(str), table["side"], strict=True))}
    paths = [FOLDER / "knee_kl_misnamed" / path for path in listed["path"]]
    images = np.stack([read_image(path, (128, 128)) for path in paths])
    return images.reshape(-1, 128, 128, 1), [
        row_of[pair] for pair in zip(listed["patient_id"], listed["side"], strict=True)
    ]


def told(name, audit, found):
    """Return a line of the page."""
    wrong = (audit.frame["kind"] != "patient").sum() - sum(found)
    return f"| {name} | {len(found)} | {100 * np.mean(found):.1f} % | {wrong} | {audit.threshold:.3f} |"


def main():
    """Audit, print, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--page", type=pathlib.Path)
    options = parser.parse_args()
    table = FOLDER / "knee_kl" / "labels.csv"
    data = load_image_table(table, image="path", target="kl_grade", group="patient_id")
    started = time.perf_counter()
    audit = audit_split(data, data.table["split"])
    seconds, memory = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # Folds of one patient each, so that every pair of different patients is of two parts.
    apart = audit_split(data, data.groups)
    images, patients = np.asarray(data.X), list(data.groups)
    cost = f"{seconds:.0f} s, {memory:,.0f} MB, {describe_machine()}"
    lines = [f"{audit!r}", f"every patient a part: {apart!r}", cost]
    print("\n".join(lines), flush=True)
    table = ["| change | planted | found | other pairs | threshold |", "|---|---|---|---|---|"]
    twins, originals = raw_twins(data.table)
    for line in lines_of(images, patients, options.copies, options.seed):
        table.append(told(*line))
        print(table[-1], flush=True)
    table.append(told("not contrast-enhanced", *audit_with(images, patients, twins, originals)))
    print(table[-1])
    if options.page:
        text = options.page.read_text()
        head, tail = text.split("<!-- numbers -->")[0], text.split("<!-- end -->")[1]
        numbers = "\n".join(["", "```text", *lines, "```", "", *table, ""])
        options.page.write_text(f"{head}<!-- numbers -->\n{numbers}\n<!-- end -->{tail}")


if __name__ == "__main__":
    main()
