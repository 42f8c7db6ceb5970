"""From DICOM films to Rau scores: do the intervals hold that `skerosion grade` gives to the visits of a clinic?

Three synthetic clinics of other patients each: films of both hands, DICOM of all polarities, three visits a patient,
lost fingers. A CRPSRegressor learns the percentages of the first clinic's joints, cut out by true points; a
CalibratedForecaster corrects it on a quarter of these patients. RauForecaster learns on the second clinic what the
joints of a visit have in common. The third is graded once, as `skerosion grade` does: how often does the true score lie
in its 90 % interval, by true points, by true points that are moved at random (--moved, in lengths from knuckle to
proximal joint), and by those that the localizer of a file finds (--finder, such as find_joints.py saves); before and
after RauForecaster was fitted on such points? And how often does a change between visits err by less than its smallest
detectable change? With --rehearse nothing of the third is read: one half of the second clinic's patients teaches, the
other is graded.

Films, found points, the grader and forecasts are kept in --folder and made once.

Usage: python benchmarks/clinic.py [--patients 90 90 320] [--film 448] [--size 32] [--epochs 12] [--moved 0.1]
       [--finder localizer.skerosion] [--jitter 0] [--exposure 0] [--held-out 2] [--seed 0] [--jobs 1]
       [--rehearse] [--folder folder] [--pages folder]
"""

import argparse
import pathlib
import pickle
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from rau_coverage import LABELS, NETWORK, RESAMPLES
from sklearn.metrics import mean_absolute_error

from skerosion import CalibratedForecaster, CRPSRegressor, RauForecaster, load_estimator
from skerosion.clinical import HAND_JOINTS, RAU_JOINT_COUNT, ratingen
from skerosion.datasets import crop_joints, write_films
from skerosion.datasets.joints import joint_frames
from skerosion.experiments import SavedEstimator, describe_films, grade_films, load_saved, write_grades
from skerosion.grades import Target
from skerosion.metrics import crps_skill, group_bootstrap_interval, interval_coverage

CLINICS = ("training", "validation", "held-out")
FILMS = {"min_visits": 3, "max_visits": 3, "both_sides": 1.0, "missing": 0.02, "labels": LABELS}
WHOSE = ["patient_id", "visit"]
TIMED = 100  # films
CONFIDENCE = 0.95  # of the smallest detectable change


class Clinic:
    """Films of a clinic with their points, in files."""

    def __init__(self, folder, name, n_patients, arguments):
        seed = arguments.held_out if name == CLINICS[-1] else 10 * arguments.seed + CLINICS.index(name)
        self.name = name
        self.folder = pathlib.Path(folder) / f"{name}-{n_patients}-{arguments.film}-{seed}"
        if not (self.folder / "films.csv").exists():
            settings = {"size": arguments.film, "image_format": "dicom", "random_state": seed, "n_jobs": arguments.jobs}
            write_films(self.folder, n_patients, **FILMS, **settings)
        self.films = pd.read_csv(self.folder / "films.csv")
        self.points = pd.read_csv(self.folder / "points.csv")

    def joints(self):
        """Return the points of the scored joints that are there."""
        return self.points[self.points["visible"] & self.points["joint"].isin(HAND_JOINTS)]

    def percent(self):
        """Return the true percentages of all joints."""
        return self.joints()["percent"].to_numpy()

    def truth(self):
        """Return the true score of each visit, of the joints that are there."""
        whose = self.joints().merge(self.films, left_on="image", right_on="path")
        grades = pd.Series(ratingen(whose["percent"].to_numpy()), index=whose.index)
        return RAU_JOINT_COUNT * grades.groupby([whose["patient_id"].astype(str), whose["visit"]]).mean()

    def moved(self, share, seed):
        """Return the points moved at random, by a share of the length in the hand that boxes are a share of."""
        points, rng = self.points.copy(), np.random.default_rng(seed)
        for _, rows in points[points["visible"]].groupby(["image", "side"]):
            places = rows[["x", "y"]].to_numpy()
            frames = joint_frames(dict(zip(rows["joint"], places, strict=True)))
            lengths = np.array([frames[joint].length for joint in rows["joint"]])
            away = share * lengths[:, None] * rng.normal(size=places.shape)
            points.loc[rows.index, ["x", "y"]] = places + np.nan_to_num(away)
        return points

    def found(self, finder):
        """Return the points that a localizer's file finds, kept in a file of the folder."""
        path = self.folder / f"found-{pathlib.Path(finder).stem}.pickle"
        if not path.exists():
            pictures = {name: self.folder / name for name in self.films["path"]}
            found = load_estimator(finder).predict(pictures, sides=self.films["side"])
            found.drop(columns="mirrored").to_pickle(path)
        return pd.read_pickle(path)

    def points_by(self, kind, arguments):
        """Return the points of a kind: true, moved or found."""
        if kind == "moved":
            return self.moved(arguments.moved, arguments.seed)
        return self.found(arguments.finder) if kind == "found" else self.points


def grader(clinic, arguments):
    """Return the calibrated regressor of the first clinic's joints, kept in a file of the clinic's folder."""
    path = clinic.folder / f"grader-{settings_of(arguments)}.skerosion"
    if not path.exists():
        train(clinic, arguments).save(path)
    return load_saved(path)


def train(clinic, arguments):
    """Train on the joints of a clinic, cut out by true points."""
    settings = {"size": arguments.size, "jitter": arguments.jitter, "joints": HAND_JOINTS}
    data = crop_joints(
        clinic.films, clinic.points, target="percent", group="patient_id", root=clinic.folder, **settings
    )
    network = CRPSRegressor(
        **NETWORK,
        learning_rate=4e-3,
        epochs=arguments.epochs,
        augmentation={"exposure": arguments.exposure} if arguments.exposure else None,
        bins="ratingen",
        random_state=arguments.seed,
        verbose=0,
    )
    calibrated = CalibratedForecaster(network, method="isotonic", cv=0.25, random_state=arguments.seed)
    calibrated.fit(data.X, data.y)
    percent = Target("percent", tuple(range(6)), "percentages of eroded surface")
    of = (Pipeline([("estimator", calibrated)]), "regressor", "trained", percent, data.X, {})
    return SavedEstimator.of(*of, shown=describe_films(data))


def settings_of(arguments):
    """Return what tells one grader from another, as a part of a file's name."""
    numbers = (arguments.size, arguments.epochs, arguments.jitter, arguments.exposure, arguments.seed)
    return "-".join(f"{number:g}" for number in numbers)


def joints_of(clinic, kind, saved, arguments):
    """Return the graded joints of a clinic and their distributions, kept in a file of the clinic's folder."""
    path = clinic.folder / f"forecasts-{kind}-{settings_of(arguments)}.pickle"
    if not path.exists():
        points = clinic.points_by(kind, arguments)
        graded = grade_films(saved, clinic.films, points, group="patient_id", visit="visit", root=clinic.folder)
        known = graded.joints[graded.joints["reason"] == ""]
        refused = int((graded.films["refused"] != "").sum())
        path.write_bytes(pickle.dumps((known, graded.forecast.distribution, refused)))
    known, distribution, refused = pickle.loads(path.read_bytes())
    print(f"{clinic.name}, {kind} points: {len(known)} joints, {refused} of {len(clinic.films)} films refused")
    return known, distribution


def percent_of(clinic, known):
    """Return the true percentage of each graded joint, NaN for one that is not there."""
    truth = clinic.points.set_index(["image", "side", "joint"])["percent"]
    return truth.reindex(pd.MultiIndex.from_frame(known[["film", "side", "joint"]])).to_numpy()


def half(known, distribution, second):
    """Return the joints of one half of the patients."""
    patients = known["patient"].astype(str)
    chosen = np.array_split(np.unique(patients), 2)[second]
    rows = np.flatnonzero(patients.isin(chosen))
    return known.iloc[rows], distribution[rows]


def fit(clinic, known, distribution):
    """Learn what the joints of a visit have in common, on those whose truth is known."""
    y = percent_of(clinic, known)
    rows = np.flatnonzero(np.isfinite(y))
    whose = (known["patient"].astype(str).to_numpy()[rows], known["visit"].to_numpy()[rows])
    return RauForecaster().fit(distribution[rows], y[rows], *whose)


def scores_of(known, distribution, forecaster):
    """Return the distributions of the scores of all visits."""
    return forecaster.predict_distribution(
        distribution, known["patient"].astype(str).to_numpy(), known["visit"].to_numpy()
    )


def covered(truth, ends, index, seed):
    """Return how often the truth lies in its interval, with an interval by patients, as text."""
    of = {"groups": index.get_level_values(0).to_numpy(), "n_resamples": RESAMPLES, "random_state": seed}
    cell = group_bootstrap_interval(interval_coverage, truth, ends, **of)
    return f"{cell.estimate:.1%} ({cell.low:.1%} to {cell.high:.1%}, {cell.high - cell.low:.3f} wide)"


def coverage(truth, scores, seed):
    """Return coverage with its interval, what was promised, width, error, and the number of visits, as cells."""
    known = truth.reindex(scores.index).to_numpy()
    ends = scores.interval(0.9, kind="shortest")
    promised = (scores.cdf_at(ends[:, 1]) - scores.cdf_at(ends[:, 0] - scores.step)).mean()
    error = mean_absolute_error(known, scores.mean())
    told = (f"{promised:.1%}", f"{np.diff(ends).mean():.1f}", f"{error:.2f}", str(len(known)))
    return covered(known, ends, scores.index, seed), *told


def changes(truth, scores, seed):
    """Return how often the error of a change is below its smallest detectable change, that, and more, as cells."""
    table = scores.changes(confidence=CONFIDENCE)
    before = truth.reindex(list(zip(table.index.get_level_values(0), table["since"], strict=True))).to_numpy()
    true = truth.reindex(table.index).to_numpy() - before
    ends = table["change"].to_numpy()[:, None] + np.outer(table["smallest_detectable"], [-1, 1])
    told = (table["smallest_detectable"].mean(), table["more_than_noise"].mean(), np.abs(true).mean())
    cells = (f"{told[0]:.1f}", f"{told[1]:.1%}", f"{told[2]:.2f}", str(len(table)))
    return covered(true, ends, table.index, seed), *cells


TABLES = {
    "90 % interval covers | promised | width | MAE of the mean | visits": coverage,
    "error of a change below the smallest detectable (95 %) | that | more than noise | mean true change | n": changes,
}


def report(learned, evaluated, saved, kinds, arguments):
    """Print a row for each way in which points came and RauForecaster was fitted."""
    of = {kind: [joints_of(clinic, kind, saved, arguments) for clinic in (learned, evaluated)] for kind in kinds}
    if learned is evaluated:
        of = {kind: [half(*joints, second) for second, joints in enumerate(both)] for kind, both in of.items()}
    fitted = {kind: fit(learned, *joints) for kind, (joints, _) in of.items()}
    pairs = [(kind, on) for kind in kinds for on in dict.fromkeys((kinds[0], kind))]
    scores = {(kind, on): scores_of(*of[kind][1], fitted[on]) for kind, on in pairs}
    for head, row in TABLES.items():
        print(f"\n| points | RauForecaster fitted on | {head} |\n|{'---|' * (3 + head.count('|'))}")
        for (kind, on), each in scores.items():
            print(f"| {kind} | {on} | {' | '.join(row(evaluated.truth(), each, arguments.seed))} |", flush=True)
    return {kind: joints for kind, (_, joints) in of.items()}


def report_joints(evaluated, joints, training_y):
    """Print what is known of single joints, by how their points came."""
    for kind, (known, distribution) in joints.items():
        y = percent_of(evaluated, known)
        rows = np.flatnonzero(np.isfinite(y))
        error, floor = (
            mean_absolute_error(y[rows], distribution.median()[rows]),
            np.abs(y[rows] - np.median(training_y)).mean(),
        )
        skill = crps_skill(y[rows], distribution[rows], reference_y=training_y)
        print(f"{kind} points: MAE of the median {error:.2f} (training median {floor:.2f}), CRPS skill {skill:.3f}")


def report_time(clinic, saved, finder, folder):
    """Time the grading of films by given points, or by those that are found on the way, and the pages of them."""
    films, by = clinic.films.iloc[:TIMED], "given points" if finder is None else "points to be found"
    given = {"points": clinic.points[clinic.points["image"].isin(films["path"])]}
    given = given if finder is None else {"finder": load_estimator(finder)}
    started = time.perf_counter()
    graded = grade_films(saved, films, **given, group="patient_id", visit="visit", root=clinic.folder)
    graded_in = time.perf_counter() - started
    pages = write_grades(graded, folder, estimator="clinic")
    drawn_in = time.perf_counter() - started - graded_in
    print(f"{len(films)} films: {by}, graded in {graded_in:.0f} s, drawn in {drawn_in:.0f} s ({len(pages)} pages)")


def main():
    """Draw, train, learn what joints have in common, grade, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, nargs=3, default=(90, 90, 320), help="of the three clinics")
    for name, default in (("film", 448), ("size", 32), ("epochs", 12), ("seed", 0), ("jobs", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--held-out", type=int, default=2, help="seed of the third clinic")
    parser.add_argument("--exposure", type=float, default=0.0, help="by which images are re-exposed in training")
    parser.add_argument("--jitter", type=float, default=0.0, help="of the boxes in training")
    parser.add_argument("--rehearse", action="store_true", help="use halves of the second clinic only")
    parser.add_argument("--moved", type=float, default=0.1, help="by which true points are moved; 0 leaves that out")
    parser.add_argument("--finder", help="file of a fitted JointLocalizer")
    parser.add_argument("--folder", help="where films and forecasts are kept; a temporary folder without")
    parser.add_argument("--pages", help="folder for the pages of 100 films; their grading is timed")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)  # lost fingers are meant
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or temporary
        named = list(zip(CLINICS, arguments.patients, strict=True))[: 2 if arguments.rehearse else 3]
        clinics = [Clinic(folder, *each, arguments) for each in named]
        print(f"{time.perf_counter() - started:.0f} s to draw {[len(each.films) for each in clinics]} films")
        saved, training_y = grader(clinics[0], arguments), clinics[0].percent()
        print(f"{time.perf_counter() - started:.0f} s with training on {len(training_y)} joints")
        kinds = ["true", *(["moved"] if arguments.moved else []), *(["found"] if arguments.finder else [])]
        joints = report(clinics[1], clinics[-1], saved, kinds, arguments)
        print()
        report_joints(clinics[-1], joints, training_y)
        for finder in dict.fromkeys((None, arguments.finder)) if arguments.pages else ():
            report_time(clinics[-1], saved, finder, arguments.pages)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
