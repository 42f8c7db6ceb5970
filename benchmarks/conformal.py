"""Do promises hold on patients nobody saw? Conformal sets at 90 %, PIT and skill before and after calibration.

Two sets of images: the knees, from the predictions that quality.py or best_grader.py kept (validation part, the
network saw none of it), and synthetic joints, on which a small CRPSRegressor is fitted here. In both, patients are
divided at random: one half calibrates, the other is held out and scored. Shown are, on held-out patients,

- the share of conformal sets (knees) and intervals (joints) at 90 % that hold the truth, by row and by patient, with
  their mean size, and the mean share over many divisions of the patients;
- whether the randomised PIT is uniform before and after calibration: the largest distance of its distribution from
  the diagonal, with a p value whose null distribution resamples patients; and a figure;
- the CRPS skill against the marginal distribution before and after calibration.

Usage: python benchmarks/conformal.py --fit FOLDER/saved.npz --array ContextForecaster [--data FOLDER]
       [--joints 1500] [--divisions 100] [--page docs/results]
"""

import argparse
import pathlib

import numpy as np
from _forecasts import KeptClassifier, KeptRegressor
from _knees import FOLDER, GRADES, load_knees, markdown
from inspection import LABELS, NETWORK, stretched
from sklearn.base import is_classifier

from skerosion import CalibratedForecaster, ConformalForecaster, CRPSRegressor, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.metrics import crps_skill, group_bootstrap_interval, pit

ALPHA = 0.1
RESAMPLES = 1000


def halves(groups, seed):
    """Return the rows of one half of the patients and those of the other."""
    patients = np.random.default_rng(seed).permutation(np.unique(groups))
    first = np.isin(groups, patients[: len(patients) // 2])
    return np.flatnonzero(first), np.flatnonzero(~first)


def covered(estimator, calibration, rows, truth, guarantee):
    """Return for each row whether it is held, and the size: grades of a set, or the width of an interval."""
    conformal = ConformalForecaster(estimator, guarantee=guarantee, cv="prefit").fit(*calibration)
    if is_classifier(estimator):
        sets = conformal.predict_set(rows, 1 - ALPHA)
        return sets[np.arange(len(truth)), np.searchsorted(conformal.classes_, truth)], sets.sum(axis=1)
    low, high = conformal.predict_interval(rows, 1 - ALPHA).T
    return (truth >= low) & (truth <= high), high - low


def by_patient(held, groups):
    """Return whether all rows of the patient of each row are held."""
    names, patients = np.unique(groups, return_inverse=True)
    missed = np.bincount(patients, weights=~held, minlength=len(names))
    return missed[patients] == 0, 1 / np.bincount(patients)[patients]


def mean_of(y_true, y_pred, sample_weight=None):
    """Return the mean of the second argument, for the bootstrap."""
    return float(np.average(y_pred, weights=sample_weight))


def coverage_rows(name, unit, estimator, rows, y, divisions):
    """Return a line of the table for each guarantee."""
    lines = []
    for guarantee in ("row", "patient"):
        shares = []
        for seed in range(divisions):
            calibration, test = halves(rows.groups, seed)
            held, size = covered(estimator, (rows[calibration], y[calibration]), rows[test], y[test], guarantee)
            groups = rows.groups[test]
            counted, own = by_patient(held, groups)
            values = held if guarantee == "row" else counted
            shares.append(np.average(values, weights=own))
            if seed == 0:
                interval = group_bootstrap_interval(
                    mean_of, np.zeros(len(test)), values.astype(float), groups, sample_weight=own, random_state=0
                )
                first = (interval, size.mean(), len(np.unique(groups)))
        interval, size, patients = first
        lines.append(
            [
                name,
                f"{guarantee}s of {patients} patients",
                f"{interval.estimate:.3f} ({interval.low:.3f} to {interval.high:.3f})",
                f"{np.mean(shares):.3f}",
                f"{size:.2f} {unit}",
            ]
        )
    return lines


def distance(values):
    """Return the largest distance of the distribution of values from that of the uniform one.

    Examples
    --------
    >>> float(distance(np.array([0.25, 0.75])))
    0.25
    """
    values = np.sort(values)
    steps = np.arange(len(values) + 1) / len(values)
    return max((steps[1:] - values).max(), (values - steps[:-1]).max())


def uniformity(values, groups, seed=0):
    """Return the distance from uniform and the share of patient resamples that stray as far from the sample."""
    rng = np.random.default_rng(seed)
    names, patients = np.unique(groups, return_inverse=True)
    order = np.argsort(values)
    full = np.arange(1, len(values) + 1) / len(values)
    strayed = []
    for _ in range(RESAMPLES):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))[patients][order]
        strayed.append(np.abs(times.cumsum() / times.sum() - full).max())
    found = distance(values)
    return found, float(np.mean(np.array(strayed) >= found))


def calibration_rows(name, estimator, rows, y):
    """Return lines of PIT and skill before and after calibration, and the PIT values."""
    calibration, test = halves(rows.groups, 0)
    said = {"as fitted": estimator}
    for method in ("temperature", "isotonic"):
        calibrated = CalibratedForecaster(estimator, method=method, cv="prefit")
        said[method] = calibrated.fit(rows[calibration], y[calibration])
    lines, values = [], {}
    for kind, one in said.items():
        cdf, grid = _cdf(one, rows[test])
        transformed = pit(y[test], cdf, grid, random_state=0)
        apart, p = uniformity(transformed, rows.groups[test])
        skill = crps_skill(y[test], cdf, grid, reference_y=y[calibration])
        lines.append([name, kind, f"{apart:.3f}", f"{p:.3f}", f"{skill:.3f}"])
        values[f"{name}, {kind}"] = transformed
    return lines, values


def _cdf(estimator, X):
    if not is_classifier(estimator):
        distribution = estimator.predict_distribution(X)
        return distribution.cdf, distribution.grid
    cdf = np.minimum(estimator.predict_proba(X).cumsum(axis=1), 1.0)
    cdf[:, -1] = 1.0
    return cdf, GRADES.astype(float)


def kept_knees(path, array, data):
    """Return an estimator, rows and grades of the knees that a kept fit predicted."""
    with np.load(path) as file:
        probabilities = file[array].astype("float32")
    validation = load_knees(data)[1]
    return KeptClassifier(), ImageRows(probabilities, groups=validation.groups), validation.y


def fitted_joints(count, seed, epochs):
    """Return what a regressor fitted on half of the patients of synthetic joints says of the others, and the truth."""
    joints = make_joint_images(count, size=48, labels=LABELS, joints_per_patient=5, random_state=seed)
    X, y = ImageRows(stretched(joints.images), groups=joints.patients), np.asarray(joints.percent, dtype=float)
    rest, training = halves(X.groups, seed + 1)
    regressor = CRPSRegressor(**NETWORK, learning_rate=4e-3, epochs=epochs, random_state=seed)
    distribution = regressor.fit(X[training], y[training]).predict_distribution(X[rest])
    # Predicted once, for many divisions of the patients.
    return KeptRegressor(distribution.grid), ImageRows(distribution.cdf, groups=X.groups[rest]), y[rest]


TEMPLATE = """# Conformal sets and calibration on held-out patients

{data}

Patients are divided at random: one half calibrates, the other is held out and shown here. Sets and intervals claim
90 %. Those in brackets are 95 % patient bootstraps; the last but one column is the mean over {divisions}
divisions of the patients, every patient counting once. Sizes are means.

| images | guarantee | held | mean over divisions | size |
|---|---|---|---|---|
{coverage}

The PIT of calibrated forecasts is uniform: shown is the largest distance of its distribution from uniform, with the
share of patient resamples that stray as far by chance (p). Skill is that of the CRPS against the marginal
distribution of the calibrating half.

{calibration}

![Randomised PIT before and after calibration](conformal/pit.png)

`python benchmarks/conformal.py{command}`
"""


FITS = {"saved": "[the best grader](best_grader.md), whose recipe was chosen on the same part"}


def draw(values, folder):
    """Save the histograms of the PIT."""
    from matplotlib.figure import Figure

    from skerosion.plotting import PITHistogramDisplay, save_figure

    display = PITHistogramDisplay(values).plot(ax=Figure)
    return save_figure(display.figure_, pathlib.Path(folder, "conformal", "pit"), formats=("png",), dpi=110)


def main():
    """Divide, calibrate, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fit", help="file of a kept fit of the knees; without it only joints are shown")
    parser.add_argument(
        "--array", default="probabilities", help="which array of the file; ContextForecaster of saved.npz"
    )
    parser.add_argument("--data", default=FOLDER, help="folder of labels.csv and the images")
    for name, default in (("joints", 1500), ("epochs", 12), ("divisions", 100), ("seed", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--page", help="folder to write conformal.md and its figure to, such as docs/results")
    arguments = parser.parse_args()
    sets = {}
    if arguments.fit:
        sets["knees"] = ("grades", *kept_knees(arguments.fit, arguments.array, arguments.data))
    sets["joints"] = ("percentage points", *fitted_joints(arguments.joints, arguments.seed, arguments.epochs))
    coverage, calibration, values = [], [], {}
    for name, (unit, estimator, rows, y) in sets.items():
        coverage += coverage_rows(name, unit, estimator, rows, y, arguments.divisions)
        lines, transformed = calibration_rows(name, estimator, rows, y)
        calibration, values = calibration + lines, values | transformed
    text = page(arguments, coverage, calibration, sets)
    print(text)
    if arguments.page:
        draw(values, arguments.page)
        pathlib.Path(arguments.page, "conformal.md").write_text(text)


def page(arguments, coverage, calibration, sets):
    """Return the page of results."""
    told = []
    if "knees" in sets:
        name = pathlib.Path(arguments.fit).stem
        grader = FITS.get(name, f"the fit `{name}` of `benchmarks/quality.py`")
        told.append(
            f"Knees: the validation part, as predicted by {grader} (Osteoarthritis Initiative; Chen P. (2018), "
            "Mendeley Data, doi 10.17632/56rmx5bjcr.1, CC BY 4.0)."
        )
    told.append("Joints: synthetic, drawn by the program; scores on them say nothing about real joints.")
    return TEMPLATE.format(
        data=" ".join(told),
        divisions=arguments.divisions,
        coverage="\n".join("| " + " | ".join(line) + " |" for line in coverage),
        calibration=markdown(["images", "forecast", "distance of the PIT", "p", "skill"], calibration),
        command=f" --fit FOLDER/{pathlib.Path(arguments.fit).name} --array {arguments.array}" if arguments.fit else "",
    )


if __name__ == "__main__":
    main()
