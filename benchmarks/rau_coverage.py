"""Do 90 % intervals of a visit's Rau score hold? Independent and correlated joints, on held-out synthetic patients.

Three synthetic registries of other patients each are written to disk and read by load_registry, with missing joints
and files as registries have them. A CRPSRegressor learns the percentages of training joints; a CalibratedForecaster
corrects its distributions on a quarter of these patients that it holds out. RauForecaster learns the correlation of a
visit's joints, their shift by each other, and the correlation of a patient's visits on the validation patients. The
third registry is evaluated once: how often the true score, which is known, lies in its interval, beside how often the
forecast itself says that it should (a score has steps), and the same for changes between visits. The network without
calibration stands beside it.

With --rehearse nothing of the third registry is read: correlations come from one half of the validation patients and
are evaluated on the other, which is how the settings below were found.

Usage: python benchmarks/rau_coverage.py [--patients 90 90 200] [--size 32] [--epochs 12] [--seed 0] [--figure folder]
"""

import argparse
import pathlib
import tempfile
import time
import warnings

import joblib
import numpy as np
from keras import layers
from sklearn.metrics import mean_absolute_error

from skerosion import CalibratedForecaster, CRPSRegressor, RauForecaster
from skerosion.clinical import ratingen, rau_score
from skerosion.datasets import RegistryFiles, load_registry, write_registry
from skerosion.metrics import crps_skill, group_bootstrap_difference, group_bootstrap_interval, interval_coverage
from skerosion.networks import register_backbone

# Percent eroded: share of the joints. Damage as common as this teaches a small network in minutes.
LABELS = {0: 0.4, 10: 0.2, 30: 0.15, 50: 0.1, 70: 0.08, 90: 0.07}
PARTS = ("training", "validation", "held-out")
NETWORK = {"backbone": "shallow", "filters": (8, 16, 24), "dense_units": (32,), "dropout": 0.1, "batch_size": 32}
FORMS = {
    "independent": {"correlation": 0, "visit_correlation": 0, "recalibrate": False},
    "correlated": {"recalibrate": False},
    "correlated, recalibrated": {},
}
COVERAGE, CONFIDENCE, RESAMPLES = 0.9, 0.95, 2000


def shallow(images, *, filters, dtype):
    """Three convolutions, one pooling, then the mean and the maximum over all places: learns from few joints."""
    hidden = images
    for number, width in enumerate(filters, start=1):
        hidden = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv{number}", dtype=dtype)(hidden)
        hidden = layers.BatchNormalization(momentum=0.9, name=f"conv{number}_norm", dtype=dtype)(hidden)
        hidden = layers.ReLU(name=f"conv{number}_relu", dtype=dtype)(hidden)
        if number == 1:
            hidden = layers.MaxPooling2D(2, name="pool", dtype=dtype)(hidden)
    pools = (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
    return layers.Concatenate(name="embedding")([pool(dtype=dtype)(hidden) for pool in pools])


def write_part(folder, part, n_patients, size, seed):
    """Write one registry, unless it lies there."""
    place = pathlib.Path(folder) / f"{part}-{n_patients}-{size}-{seed}"
    settings = {"size": size, "labels": LABELS, "random_state": 10 * seed + PARTS.index(part)}
    if not (place / "main.csv").exists():
        return write_registry(place, n_patients, **settings)
    return RegistryFiles(place / "main.csv", place / "secondary.csv", "images/{sop_iuid}_{side}_{joint}.png")


def read_parts(folder, arguments):
    """Return the registries by part; their gaps are meant, so what is excluded is no warning here."""
    jobs = [
        joblib.delayed(write_part)(folder, part, n, arguments.size, arguments.seed)
        for part, n in zip(PARTS, arguments.patients, strict=True)
        if not (arguments.rehearse and part == "held-out")
    ]
    files = joblib.Parallel(n_jobs=2)(jobs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return {part: load_registry(*each, on_problem="report") for part, each in zip(PARTS, files, strict=False)}


def train(registry, arguments):
    """Return the network and its calibrated form, fitted on training patients."""
    network = CRPSRegressor(
        **NETWORK, learning_rate=4e-3, epochs=arguments.epochs, bins="ratingen", random_state=arguments.seed, verbose=0
    )
    calibrated = CalibratedForecaster(network, method="isotonic", cv=0.25, random_state=arguments.seed)
    calibrated.fit(registry.X, registry.y)
    return {"network": calibrated.estimator_, "calibrated": calibrated}


class Part:
    """The joints of some patients of a registry, with what estimators predict for them."""

    def __init__(self, registry, estimators, chosen=None):
        rows = np.flatnonzero(np.isin(registry.groups, registry.groups if chosen is None else chosen))
        table = registry.table.iloc[rows]
        self.y, self.X = registry.y[rows], registry.X.take(rows)
        self.rows = (table["patient_id"].to_numpy(), table["visit"].to_numpy())
        self.forecasts = {name: each.predict_distribution(self.X) for name, each in estimators.items()}
        visits = table.pivot(index=["patient_id", "visit"], columns="column", values="percent")
        self.truth = rau_score(ratingen(visits)).score

    @property
    def patients(self):
        return self.truth.index.get_level_values(0).to_numpy()


def forms(learned, evaluated):
    """Return the scores of the evaluated visits by (forecast, form), and the fitted forecasters."""
    scores, fitted = {}, {}
    for name in evaluated.forecasts:
        for form, settings in FORMS.items():
            forecaster = RauForecaster(**settings).fit(learned.forecasts[name], learned.y, *learned.rows)
            scores[name, form] = forecaster.predict_distribution(evaluated.forecasts[name], *evaluated.rows)
            fitted[name, form] = forecaster
            assert scores[name, form].index.tolist() == evaluated.truth.index.tolist()
    return scores, fitted


def report_joints(learned, evaluated, training_y):
    """Print what the network knows of single joints, so that a width of ignorance is not taken for one of noise."""
    for name, part in (("correlations learned", learned), ("evaluated", evaluated)):
        print(f"{name} on {len(part.y)} joints of {len(part.truth)} visits of {len(set(part.patients))} patients")
    floor = np.abs(evaluated.y - np.median(training_y)).mean()
    for name, forecast in evaluated.forecasts.items():
        error = mean_absolute_error(evaluated.y, forecast.median())
        skill = crps_skill(evaluated.y, forecast, reference_y=training_y)
        print(f"{name}: MAE of the median {error:.1f} (training median {floor:.1f}) points, CRPS skill {skill:.2f}")
    print()


def report_scores(scores, fitted, evaluated, seed):
    """Print one line a form: coverage with its interval, what the forecast promised, width and error."""
    names = ("90 % interval covers", "promised", "width", "MAE of the mean", "central covers")
    print(f"| forecast | joints | correlation | {' | '.join(names)} |")
    print("|---|---|---|---|---|---|---|---|")
    draws = {"groups": evaluated.patients, "n_resamples": RESAMPLES, "random_state": seed}
    truth = evaluated.truth.to_numpy()
    for (name, form), each in scores.items():
        ends = each.interval(COVERAGE, kind="shortest")
        cell = group_bootstrap_interval(interval_coverage, truth, ends, **draws)
        promised = (each.cdf_at(ends[:, 1]) - each.cdf_at(ends[:, 0] - each.step)).mean()
        print(
            f"| {name} | {form} | {fitted[name, form].correlation_:.3f} | {cell.estimate:.1%} ({cell.low:.1%} to "
            f"{cell.high:.1%}) | {promised:.1%} | {np.diff(ends).mean():.1f} | "
            f"{mean_absolute_error(truth, each.mean()):.2f} | "
            f"{interval_coverage(truth, each.interval(COVERAGE, kind='central')):.1%} |"
        )
    pair = [scores["calibrated", form].interval(COVERAGE, kind="shortest") for form in (list(FORMS)[-1], "independent")]
    gain = group_bootstrap_difference(interval_coverage, truth, *pair, **draws)
    print(f"\nlast minus first form, calibrated: {gain.estimate:+.1%} ({gain.low:+.1%} to {gain.high:+.1%})\n")


def report_changes(scores, fitted, evaluated, seed):
    """Print one line a form: how often the error of a change stays below the smallest detectable one."""
    print("| forecast | joints and visits | correlation of visits | error below smallest detectable change (95 %) |")
    print("|---|---|---|---|")
    truth, lines = evaluated.truth, []
    for (name, form), each in scores.items():
        table = each.changes(confidence=CONFIDENCE)
        before = truth.to_numpy()[truth.index.get_indexer([(p, v) for (p, _), v in table.since.items()])]
        true_change = truth.loc[table.index].to_numpy() - before
        ends = table.change.to_numpy()[:, np.newaxis] + np.outer(table.smallest_detectable, [-1, 1])
        patients = table.index.get_level_values(0)
        cell = group_bootstrap_interval(
            interval_coverage, true_change, ends, groups=patients, n_resamples=RESAMPLES, random_state=seed
        )
        print(
            f"| {name} | {form} | {fitted[name, form].visit_correlation_:.2f} | {cell.estimate:.1%} ({cell.low:.1%} to "
            f"{cell.high:.1%}) |"
        )
        lines.append(
            f"{name}, {form}: smallest detectable change {table.smallest_detectable.mean():.1f} points on average, "
            f"{table.more_than_noise.mean():.0%} of {len(table)} changes more than noise; a true increase expected in "
            f"{table.probability_of_increase.mean():.0%}, seen in {(true_change > 0).mean():.0%}"
        )
    print("\n" + "\n".join(lines))


def draw(path, registry, scores, evaluated):
    """Save the scores over the DAS28, the courses of three patients, and the PIT of the scores in both forms."""
    from matplotlib.figure import Figure

    from skerosion.plotting import PITHistogramDisplay, RauCourseDisplay, RauDAS28Display, save_figure

    correlated = scores["calibrated", list(FORMS)[-1]]
    clinical = registry.table.groupby(["patient_id", "visit"])[["das28bsr_score", "das283crp_score"]].first()
    clinical = clinical.loc[evaluated.truth.index]
    das28 = {"DAS28-ESR": clinical["das28bsr_score"], "DAS28-CRP (3 variables)": clinical["das283crp_score"]}
    truth, place = evaluated.truth.to_numpy(), np.random.default_rng(0).uniform(size=len(evaluated.truth))
    pits = {
        form: each.cdf_at(truth - each.step) * (1 - place) + each.cdf_at(truth) * place
        for form, each in ((form, scores["calibrated", form]) for form in FORMS)
    }
    figures = {
        "das28": RauDAS28Display.from_predictions(correlated, das28, ax=Figure),
        "course": RauCourseDisplay.from_predictions(correlated, truth=truth, ax=Figure),
        "pit": of_visits(PITHistogramDisplay(pits).plot(Figure)),
    }
    for name, display in figures.items():
        print(*save_figure(display.figure_, f"{path}/{name}", formats=("png",), dpi=110))


def of_visits(display):
    """Say visits where a display of single images says images."""
    texts = [*display.legend_.get_texts(), *(axes.yaxis.label for axes in display.axes_)]
    for text in texts:
        text.set_text(text.get_text().replace("images", "visits"))
    for axes in display.axes_:
        axes.set_title(axes.get_title(loc="left").replace("images", "visits"), loc="left", fontsize=9)
    return display


def main():
    """Write, train, learn the correlations, evaluate, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, nargs=3, default=(90, 90, 200), help="of the three registries")
    for name, default in (("size", 32), ("epochs", 12), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--folder", help="where the registries lie or are written; a temporary folder without")
    parser.add_argument("--figure", help="folder in which to save the figures")
    parser.add_argument("--rehearse", action="store_true", help="use the validation patients only")
    arguments = parser.parse_args()
    register_backbone("shallow")(shallow)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        registries = read_parts(arguments.folder or temporary, arguments)
        print(f"{time.perf_counter() - started:.0f} s to write and read {list(map(repr, registries.values()))}")
        estimators = train(registries["training"], arguments)
        print(f"{time.perf_counter() - started:.0f} s with training; backbone {NETWORK['backbone']}")
        last = registries[list(registries)[-1]]
        halves = np.array_split(np.unique(registries["validation"].groups), 2)
        learned = Part(registries["validation"], estimators, halves[0] if arguments.rehearse else None)
        evaluated = Part(last, estimators, halves[1] if arguments.rehearse else None)
        scores, fitted = forms(learned, evaluated)
        report_joints(learned, evaluated, registries["training"].y)
        report_scores(scores, fitted, evaluated, arguments.seed)
        report_changes(scores, fitted, evaluated, arguments.seed)
        if arguments.figure:
            draw(arguments.figure, last, scores, evaluated)
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
