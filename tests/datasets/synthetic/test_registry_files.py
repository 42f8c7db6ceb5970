"""The synthetic registry: the registry's form, its correlations and its gaps, the same from the same seed."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from skerosion.clinical import das28_activity, ratingen, rau_score, registry_columns
from skerosion.datasets import load_registry, write_registry
from skerosion.datasets.synthetic._registry_visits import JOINTS, draw_visits, drawing_roster

WHOLE = {"missing_scores": 0, "missing_files": 0, "missing_clinical": 0}
COLUMNS = list(registry_columns())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A registry of three patients without gaps: (files, data)."""
    files = write_registry(tmp_path_factory.mktemp("whole"), 3, max_visits=2, size=16, random_state=3, **WHOLE)
    return files, load_registry(*files)


@pytest.fixture(scope="module")
def visits():
    """Visits of many patients."""
    return draw_visits(300, 4, "thesis", np.random.default_rng(0))


def test_everything_is_found_again(whole):
    files, data = whole
    main, secondary = pd.read_csv(files.main), pd.read_csv(files.secondary)
    assert len(data.excluded) == 0 and set(data.groups.tolist()) == {"1", "2", "3"}
    for row in data.table.itertuples():
        assert row.percent == main.loc[row.Index, row.column] and row.sop_iuid == main.loc[row.Index, "sop_iuid"]
    assert not data.table[secondary.columns].isna().any(axis=None)
    assert set(data.unmatched["reason"]) <= {"joints not scored"}
    assert len(list((files.main.parent / "images").iterdir())) == len(data.X)


def test_scores_of_a_visit_are_on_each_of_its_radiographs(whole):
    files, data = whole
    main = pd.read_csv(files.main)
    for _, of_visit in main.groupby(["patient_id", "date_x"]):
        assert (of_visit[COLUMNS].nunique() <= 1).all()
    rau = rau_score(ratingen(data.wide())).score
    written = data.table.groupby(["patient_id", "date"])["rau_score"].first()
    np.testing.assert_array_equal(rau.round(), written)


def test_it_says_that_it_is_synthetic(whole):
    files, data = whole
    assert "Nothing in this folder comes from a patient" in (files.main.parent / "README.txt").read_text()
    assert data.table["sop_iuid"].str.startswith("synthetic.").all()
    assert "synthetic" in write_registry.__doc__


def test_feet_are_darker_hands_of_their_own(whole):
    _, data = whole
    foot = (data.table["part"] == "foot").to_numpy()
    pixels = data.X.read()
    assert 0 < foot.mean() < 0.5 and pixels[foot].mean() < 0.9 * pixels[~foot].mean()


def digest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_seed_writes_the_same_files(tmp_path):
    options = {"n_patients": 2, "max_visits": 1, "size": 16}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_registry(tmp_path / name, random_state=seed, **options)
    assert digest(tmp_path / "a") == digest(tmp_path / "b") != digest(tmp_path / "c")


def test_gaps_are_as_many_as_asked_for(tmp_path):
    shares = {"missing_scores": 0.1, "missing_files": 0.05, "missing_clinical": 0.5}
    files = write_registry(tmp_path, 4, max_visits=3, size=16, random_state=0, **shares)
    whole = write_registry(tmp_path / "whole", 4, max_visits=3, size=16, random_state=0, **WHOLE)
    with pytest.warns(UserWarning, match="missing file"):
        data = load_registry(*files, on_problem="report")
    n_files = len(load_registry(*whole).X)
    there = len(list((tmp_path / "images").iterdir()))
    assert there == n_files - round(0.05 * n_files)
    assert set(data.excluded["reason"]) == {"missing file"} and len(data.excluded) <= round(0.05 * n_files)
    reasons = data.unmatched.groupby(["table", "reason"]).size()
    n_visits = len(pd.read_csv(files.main).groupby(["patient_id", "date_x"]))
    visits_of = data.unmatched[data.unmatched["reason"] == "no clinical scores of this patient and date"]
    assert len(visits_of[["patient_id", "date"]].drop_duplicates()) == round(0.5 * n_visits)
    assert 0 < reasons["secondary", "no radiograph of this patient and date"] <= round(0.5 * n_visits)
    assert reasons["main", "joints not scored"] > 0


def test_earlier_tables_are_replaced(tmp_path):
    for size in (16, 20):
        files = write_registry(tmp_path, 1, max_visits=1, size=size, random_state=0, **WHOLE)
        assert load_registry(*files).X.image_shape == (size, size, 1)
    assert not list(tmp_path.glob("*.part"))


class TestVisits:
    def test_labels_are_those_of_the_thesis(self, visits):
        shares = np.bincount(ratingen(visits.percent).ravel(), minlength=6) / visits.percent.size
        np.testing.assert_allclose(shares, [0.6828, 0.2682, 0.0195, 0.0099, 0.0063, 0.0135], atol=0.001)

    def test_damage_never_heals(self, visits):
        again = visits.patients[1:] == visits.patients[:-1]
        growth = np.diff(visits.percent, axis=0)[again]
        assert growth.min() == 0 and (growth > 0).mean() > 0.05
        assert (np.diff(visits.dates)[again] >= np.timedelta64(250, "D")).all()

    def test_joints_of_a_patient_resemble_each_other(self, visits):
        eroded = visits.percent[visits.numbers == 0] > 0
        between = eroded.mean(axis=1).var() - (eroded.var(axis=1, ddof=1) / eroded.shape[1]).mean()
        assert 0.15 < between / eroded.var() < 0.6, "share of the variance between patients"

    def test_activity_hardly_goes_with_damage(self, visits):
        rau = rau_score(ratingen(visits.percent)).score
        for name in ("das28bsr_score", "das283crp_score"):
            assert 0 < np.corrcoef(rau, visits.clinical[name])[0, 1] < 0.3
        assert set(das28_activity(visits.clinical["das28bsr_score"])) == {"remission", "low", "moderate", "high"}

    def test_visits_count_from_zero(self, visits):
        assert visits.numbers[0] == 0 and visits.numbers.max() == 3 and len(np.unique(visits.patients)) == 300
        steps = np.diff(visits.numbers)
        assert ((steps == 1) == (np.diff(visits.patients) == 0)).all()

    def test_feet_are_drawn_from_other_bones(self, visits):
        roster = drawing_roster(visits)
        foot = np.array(["mtp" in joint or "toe" in joint for joint in JOINTS])
        patients = roster.patients.reshape(len(visits), -1)
        assert not set(patients[:, foot].ravel()) & set(patients[:, ~foot].ravel())
        of_visit = list(zip(patients[0], roster.joints[: len(JOINTS)], strict=True))
        assert len(set(of_visit)) == len(JOINTS), "no two joints of a visit have the same bones"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_patients": 0}, "n_patients must be an integer of at least 1, got 0"),
        ({"max_visits": 0}, "max_visits must be an integer of at least 1, got 0"),
        ({"size": 8}, "size must be an integer of at least 16, got 8"),
        ({"missing_files": 1.0}, "missing_files must be a number of at least 0 and below 1, got 1.0"),
        ({"labels": {200: 1}}, "percentages of labels must be whole numbers from 0 to 100"),
    ],
)
def test_parameters_are_checked(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        write_registry(tmp_path / "new", **options)
    assert not (tmp_path / "new").exists()
