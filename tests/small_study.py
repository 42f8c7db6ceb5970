"""A study of a table of 120 images: no figures, no progress bar, no messages."""

import pandas as pd
import pytest

from skerosion.datasets import ImageTable
from skerosion.experiments import StudyPlan, run, run_study
from tests.brightness_estimator import make_joints

SIZES = (0.5, 0.3, 0.2)

FEWEST = "skerosion.report._factors.MIN_PATIENTS"
"""Patients that a level needs to be scored: the test part of a small study has fewer."""


def quiet(message):
    """Say nothing."""


def make_table():
    """Images of 40 patients with two sides, as `load_image_table` returns them."""
    rows, grades, patients = make_joints(n_patients=40)
    table = pd.DataFrame({"grade": grades, "patient": patients, "side": ["left", "left", "right"] * 40})
    return ImageTable(rows.with_groups(patients), grades, patients, table, pd.DataFrame(), "")


def study_table(out, plan=None, say=quiet):
    """A study of the table without figures."""
    plan = plan or StudyPlan(sizes=SIZES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FEWEST, 2)
        return run_study(make_table(), out=out, plan=plan, by=["side"], figures=False, progress=False, say=say)


def train(out, data=None, force=False, **settings):
    """The training of one strategy on the table, without any report."""
    plan = StudyPlan(tasks=("regressor",), strategies=("original",), sizes=SIZES, **settings)
    return run_trainings(data or make_table(), plan, out=out, progress=False, say=quiet, force=force)


def run_trainings(data, plan, *, out, **settings):
    """The trainings of a plan, without any report."""
    return run(plan, data, out, **settings)
