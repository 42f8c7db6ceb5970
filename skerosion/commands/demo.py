"""``skerosion demo``: the whole search on synthetic joints."""

import shlex
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ._loading import GRADER
from ._options import Jobs, Replace, Seed, out_option
from ._printing import say
from ._words import in_options, option_names
from .search import search, search_table

DEMO_LABELS = {0: 40, 5: 12, 10: 8, 20: 10, 30: 6, 40: 6, 50: 4, 60: 4, 70: 3, 80: 3, 100: 4}
"""Share of each percentage: imbalanced as in the registry, but with enough eroded joints for a set of hundreds."""

SYNTHETIC = "The joints of this demo are synthetic, drawn by the program: scores on them say nothing about real joints."


def demo(
    out: Annotated[Path, out_option("Folder for everything the search leaves.")] = Path("demo-results"),
    joints: Annotated[
        int | None, typer.Option(help="Synthetic joints to draw: 700, or 300 with --quick.", min=20)
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Compare less, on fewer joints: two minutes.")] = False,
    images_only: Annotated[
        bool, typer.Option("--images-only", help="Draw the joints, for the grader that comes with skerosion.")
    ] = False,
    seed: Seed = 0,
    jobs: Jobs = 1,
    force: Replace = False,
):
    """Run the whole search on synthetic finger joints: a few minutes on two cores, two with --quick.

    The images are drawn by the program. Their scores say nothing about real joints.
    """
    from skerosion.datasets import write_joint_images

    say(SYNTHETIC)
    joints = joints or (300 if quick else 700)
    folder = out / "synthetic_joints"
    write_joint_images(folder, joints, size=48, labels=DEMO_LABELS, random_state=seed)
    say(f"{joints} joints with their labels are in {folder}.")
    columns = {"image": "path", "target": "percent", "group": "patient_id"}
    if images_only:
        named = [text for name, column in columns.items() for text in (f"--{name}", column)]
        evaluate = ["evaluate", GRADER, str(folder / "labels.csv"), *named, "--out", str(out / "evaluated")]
        say(shlex.join(["skerosion", *evaluate]))
        return
    # The page tells the options of the search that it is of.
    page = {"words": partial(in_options, options=option_names(search))}
    options = {"jobs": jobs, "force": force, "page": page}
    search_table(folder / "labels.csv", out, demo_plan(seed, quick), columns, options=options, note=SYNTHETIC)
    say(SYNTHETIC)


def demo_plan(seed, quick=False):
    """What the demo trains."""
    from skerosion.experiments import PRESETS, SearchPlan

    fewer = {"strategies": ("original", "oversampled"), "tasks": ("classifier",)} if quick else {}
    return SearchPlan(folds=3, seed=seed, kind="percent", **PRESETS["fast"], **fewer)
