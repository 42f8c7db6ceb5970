"""Do promises hold for new patients? Each on fresh draws from a generator of forecasts, and on forecasts of knees.

Every draw makes patients anew (benchmarks/_forecasts.py): some to learn the promise from, others to count on. Draws are
kept in a folder, a file a part, and taken up again (benchmarks/interval_coverage.py). A promise holds where the 95 %
Monte-Carlo interval of the mean over draws does not lie below its level. One thread, no network is trained. With
--knees sets and curves are tried on knees as well (benchmarks/_promised_knees.py).

Usage: python benchmarks/promises.py [--draws 400] [--folder promise-draws] [--only sets] [--kept] [--knees FOLDER]
       [--network] [--page docs/results]
"""

import argparse
import pathlib
import re
import time
import warnings
from copy import copy
from functools import cache, partial

import numpy as np
import pandas as pd
from _forecasts import KeptClassifier, draw_images, draw_joints, draw_pairs
from _measure import describe_machine
from interval_coverage import NUMBERS, Part, cell, draws_of
from sklearn.linear_model import LogisticRegression

from skerosion import ConformalForecaster, ImageRows, RauForecaster
from skerosion.promises import SCORES, ChangeTest, ReadingPlan, patient_learning_curve
from skerosion.promises._reading_order import joints_until

LEVEL = 0.9
NEW, NEW_VISITS = 100, 30
FORMS = {"together": None, "by grade": "grade"}


def said_of_images(n_patients, rng, shares, sharpness):
    """Draw images of patients, and of new ones: what a grader says of them, their grades, and whose they are."""
    both = [draw_images(n, rng, shares) for n in (n_patients, NEW)]
    return [(each.said(0.7, rng, sharpness).probabilities, each.grades, each.groups) for each in both]


def said_of_joints(n_patients, rng):
    """The same of the joints of hands and feet, at one to four visits of each patient."""
    both = [draw_joints(n, rng) for n in (n_patients, NEW)]
    return [(np.diff(each.cdf, axis=1, prepend=0), each.grades, each.patients) for each in both]


def sets(rng, n_patients, draw):
    """Calibrate sets on drawn patients, and return coverage and size on others, of all and by grade."""
    (old, known, patients), (new, truth, groups) = draw(n_patients, rng)
    found = {}
    for score in SCORES:
        for form, by in FORMS.items():
            conformal = ConformalForecaster(
                KeptClassifier(old.shape[1]), conformity_score=score, by=by, cv="prefit"
            ).fit(ImageRows(old, groups=patients), known)
            frame = conformal.coverage_by_grade(new, truth, LEVEL, groups).set_index("grade")
            found |= told(frame, f"{score}, {form}")
    return found


def told(frame, name):
    """Return a frame of coverage by grade as values with names; grades with too few patients have a name of theirs."""
    found = {f"{name}: coverage": frame.loc["all", "coverage"], f"{name}: size": frame.loc["all", "size"]}
    for grade in frame.index.drop("all"):
        line = frame.loc[grade]
        if line["patients"]:
            of = f"grade {grade}" + (", too few" if line["too_few"] else "")
            found |= {f"{name}: coverage of {of}": line["coverage"], f"{name}: size of {of}": line["size"]}
    return found


@cache
def fitted_forecaster():
    """A forecaster learned once from 60 patients without a misread film, as a clinic would have it."""
    old = draw_joints(60, np.random.default_rng(0))
    return RauForecaster(bins=None).fit(old.cdf, old.grades, old.patients, old.visits)


def reading(rng, n_patients, misread):
    """Learn plans from drawn patients, and return which visits of others they keep, and how many joints they read."""
    old, new = draw_joints(n_patients, rng, misread), draw_joints(NEW_VISITS, rng, misread)
    learned, told = (
        ReadingPlan(fitted_forecaster()).fit(part.cdf, part.grades, part.patients, part.visits) for part in (old, new)
    )
    check_errors(learned, told, new)
    found, broken = {}, {error: broken_by_reading(learned, error) for error in (2, 5, 10)}
    for level in (0.8, 0.9):
        for error in (2, 5, 10):
            plan = plan_for(learned, error, level)
            n_read, errors = errors_of(plan, told)
            kept, name = pd.Series(errors <= error + 1e-9), f"level {level}, error {error}"
            found[f"{name}: within"] = kept.groupby(told._patients).mean().mean()
            found |= {f"{name}: read": n_read.sum() / told._counts.sum(), f"{name}: reads all": plan.reads_all_}
            found[f"{name}: broken"] = broken[error]
    return found


def errors_of(plan, told):
    """Return how many joints of each new visit a plan reads, and how far its scores are from those of all joints.

    A plan that is fitted on the new patients knows the errors after 0, 1, ... joints: computed once for all plans.
    """
    n_read = joints_until(told._spreads, told._counts, np.array([plan.limit_]))[:, 0]
    return n_read, told._errors[np.arange(len(n_read)), n_read]


def check_errors(plan, told, new):
    """Raise where the errors are not those of what a plan names and predicts."""
    read = plan.joints_to_read(new.cdf, new.patients, new.visits)
    scores = plan.predict(new.cdf, np.where(read, new.grades, np.nan), new.patients, new.visits)["rau"].to_numpy()
    truth = 38 / np.bincount(new.visits) * np.bincount(new.visits, weights=new.grades)
    n_read, errors = errors_of(plan, told)
    np.testing.assert_array_equal(n_read, np.bincount(new.visits, weights=read))
    np.testing.assert_allclose(np.abs(scores - truth), errors, atol=1e-9)


def plan_for(learned, error, level):
    """Return a plan for another error and level as its `fit` would make it, from what the same patients told."""
    plan = copy(learned).set_params(error=error, level=level)
    plan.limit_, _ = plan._choose(error, level)
    plan.reads_all_ = plan.limit_ < 0
    return plan


def broken_by_reading(plan, error):
    """Return the share of visits with a step at which reading one more joint breaks a kept promise."""
    kept = plan._errors <= error + 1e-9
    return (kept[:, :-1] & ~kept[:, 1:]).any(axis=1).mean()


RISE, ALPHA = 1.5, 0.05
POOL = 600


def rises_of(n_patients, rng, rise, misread):
    """Return the changes of drawn pairs of films, one a patient, as RauForecaster tells them."""
    pairs = draw_pairs(n_patients, rng, rise, misread)
    return fitted_forecaster().predict_distribution(pairs.cdf, pairs.patients, pairs.visits).changes()


@cache
def pool(misread):
    """Changes of so many pairs without and with a rise that chance is of little weight."""
    rng = np.random.default_rng(1)
    return [rises_of(POOL, rng, rise, misread) for rise in (0.0, RISE)]


def statistics(table):
    """The numbers by which changes may be ordered."""
    return {"points": table["change"].to_numpy(), "points over deviation": (table["change"] / table["std"]).to_numpy()}


def changes(rng, n_pairs, misread):
    """Calibrate tests on drawn stable pairs, and return false alarms and rises found among very many others."""
    stable, risen = map(statistics, pool(misread))
    old, found = statistics(rises_of(n_pairs, rng, 0.0, misread)), {}
    for name, known in old.items():
        for form, confidence in (("on average", None), ("confidence .9", 0.9)):
            test = ChangeTest(confidence=confidence).fit(known, np.arange(n_pairs))
            alarms = np.mean(stable[name] > test.threshold(ALPHA))
            found |= {f"{name}, {form}: alarms": alarms, f"{name}, {form}: kept": alarms <= ALPHA}
            found[f"{name}, {form}: found"] = np.mean(risen[name] > test.threshold(ALPHA))
    return found | discoveries(old["points"], rng, misread)


def discoveries(known, rng, misread, rate=0.1):
    """Return shares of false discoveries, and of rises discovered, in a clinic of 30 of the many, of whom 10 rose."""
    stable, risen = (each["change"].to_numpy() for each in pool(misread))
    tested = np.r_[rng.choice(stable, 20, replace=False), rng.choice(risen, 10, replace=False)]
    made = ChangeTest().fit(known, np.arange(len(known))).test(tested, rate=rate)["discovery"].to_numpy()
    return {"clinic: false": made[:20].sum() / max(made.sum(), 1), "clinic: found": made[20:].mean()}


CURVES, CURVE_PATIENTS = 40, 80


def draw_values(n_patients, rng):
    """Two joints of each of new patients: one value of 31 tells the grade, of three."""
    y = rng.integers(3, size=2 * n_patients)
    X = np.column_stack([y + 0.7 * rng.normal(size=len(y)), rng.normal(size=(len(y), 30))])
    return X, y, np.repeat(np.arange(n_patients), 2)


@cache
def gain_of_twice():
    """What twice the patients bring on average, of many draws each scored on many others."""
    rng, n, gains = np.random.default_rng(2), round(0.7 * CURVE_PATIENTS), []
    X, y, _ = draw_values(2_000, rng)
    for _ in range(300):
        old, truth, _ = draw_values(2 * n, rng)
        scores = [LogisticRegression().fit(old[: 2 * m], truth[: 2 * m]).score(X, y) for m in (n, 2 * n)]
        gains.append(scores[1] - scores[0])
    return float(np.mean(gains))


def curves(rng):
    """Draw patients, and tell whether the interval of their curve holds what twice as many bring."""
    made = patient_learning_curve(
        LogisticRegression(),
        *draw_values(CURVE_PATIENTS, rng),
        scoring="accuracy",
        n_draws=12,
        random_state=int(rng.integers(2**31)),
    )
    gain = made.gain(int(made.sizes[-1]))
    held = gain.low <= gain_of_twice() <= gain.high
    return {"held": held, "gain": gain.estimate, "width": gain.high - gain.low, "true gain": gain_of_twice()}


def parts(knees=None):
    """Return all parts in the order of the page."""
    cases = [("frequent", 1.0, 50), ("frequent", 1.0, 200), ("frequent", 1.6, 200), ("rare", 1.0, 200)]
    words = {1.0: "calibrated", 1.6: "too sure"}
    made = [
        Part(
            "sets",
            f"{n} patients, {words[sharp]}, {shares}",
            partial(sets, n_patients=n, draw=partial(said_of_images, shares=shares, sharpness=sharp)),
        )
        for shares, sharp, n in cases
    ]
    made += [Part("sets", "joints, 60 patients, calibrated", partial(sets, n_patients=60, draw=said_of_joints))]
    made += [
        Part("reading", f"{n} patients, {errors}", partial(reading, n_patients=n, misread=misread))
        for errors, misread in (("errors as modelled", 0.0), ("5 % of visits misread", 0.05))
        for n in (5, 60)
    ]
    made += [
        Part("changes", f"{n} stable pairs, {errors}", partial(changes, n_pairs=n, misread=misread))
        for errors, misread in (("errors as modelled", 0.0), ("5 % of films misread", 0.05))
        for n in (50,)
    ]
    made += [Part("curves", f"synthetic, {CURVE_PATIENTS} patients, accuracy", curves)]
    if knees:
        from _promised_knees import PATIENTS, knee_curve

        made += [Part("curves", f"knees, {PATIENTS} patients, quadratic kappa", partial(knee_curve, folder=knees))]
    return made


def most_draws(part):
    """How many draws of a part there are at most: curves are fitted many times."""
    return {"curves": 20 if "knees" in part.column else CURVES}.get(part.table)


def mean_of(values, scale=1.0, digits=2):
    """Return a mean over draws with its 95 % Monte-Carlo interval.

    Examples
    --------
    >>> mean_of([2.0, 2.2, 1.8])
    '2.00 (1.77 to 2.23)'
    """
    mean, half = scale * np.mean(values), scale * 1.96 * np.std(values, ddof=1) / np.sqrt(len(values))
    return f"{mean:.{digits}f} ({mean - half:.{digits}f} to {mean + half:.{digits}f})"


def table(columns, lines):
    """Return a table in Markdown."""
    rows = [columns, ["---"] * len(columns), *lines]
    return (
        "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)
        .replace("| --- ", "|---")
        .replace("--- |", "---|")
    )


def sets_table(found, column):
    """Return coverage and size of each score and form, and how much smaller the sets are than today's."""
    values, lines = found["sets", column], []
    highest = max(int(name[-1]) for name in values if re.search(r": size of grade \d$", name))
    for form in FORMS:
        usual = np.array(values[f"outward, {form}: size"])
        for score in SCORES:
            name = f"{score}, {form}"
            sizes = np.array(values[f"{name}: size"])
            grades = [values.get(f"{name}: coverage of grade {grade}", []) for grade in (0, highest)]
            shown = [mean_of(each, 100, 1) if len(each) > 1 else "–" for each in grades]
            few = values.get(f"{name}: coverage of grade {highest}, too few", [])
            shown[1] += f"; too few in {len(few)} draws" if few else ""
            less = "–" if score == "outward" else mean_of(100 * (sizes / usual - 1), digits=1)
            lines.append([name, mean_of(values[f"{name}: coverage"], 100, 1), *shown, mean_of(sizes), less])
    columns = ["score, form", "coverage, %", "of grade 0", f"of grade {highest}", "size", "size beside outward, %"]
    return table(columns, lines)


def reading_table(found, column):
    """Return what plans keep and read."""
    values, lines = found["reading", column], []
    for name in dict.fromkeys(line.partition(":")[0] for line in values):
        shown = [mean_of(values[f"{name}: {what}"], 100, 1) for what in ("within", "read", "reads all", "broken")]
        lines.append([name, *shown])
    columns = [
        "plan",
        "visits within, %",
        "joints read, %",
        "plans that read all, %",
        "visits that one more joint breaks, %",
    ]
    return table(columns, lines)


def changes_table(found, column):
    """Return false alarms of tests, their spread over calibrations, and the rises that they find."""
    values, lines = found["changes", column], []
    for name in dict.fromkeys(line.partition(":")[0] for line in values if line.endswith(": alarms")):
        alarms = np.array(values[f"{name}: alarms"])
        spread = "{:.1f} to {:.1f}".format(*100 * np.quantile(alarms, (0.05, 0.95)))
        shown = [mean_of(values[f"{name}: {what}"], 100, 1) for what in ("alarms", "kept", "found")]
        lines.append([name, shown[0], spread, *shown[1:]])
    columns = [
        "order, form",
        "false alarms, %",
        "of nine in ten calibrations, %",
        "calibrations up to 5 %, %",
        "rises found, %",
    ]
    clinic = [mean_of(values[f"clinic: {what}"], 100, 1) for what in ("false", "found")]
    told = f"In a clinic at rate .1: {clinic[0]} % of discoveries are false, {clinic[1]} % of rises are discovered."
    return f"{table(columns, lines)}\n\n{told}\n\n{beside_smallest(float(column.endswith('misread')) * 0.05)}"


def beside_smallest(misread):
    """Return what the smallest detectable change finds, and orders of changes at as many false alarms."""
    stable, risen = pool(misread)
    alarms, found = ((each["more_than_noise"] & (each["change"] > 0)).mean() for each in (stable, risen))
    lines = [["smallest detectable change", f"{100 * alarms:.1f}", f"{100 * found:.1f}"]]
    for name, values in statistics(stable).items():
        above = np.quantile(values, 1 - alarms)
        lines.append(
            [name, f"{100 * np.mean(values > above):.1f}", f"{100 * np.mean(statistics(risen)[name] > above):.1f}"]
        )
    return table([f"of {POOL} pairs each", "false alarms, %", "rises found, %"], lines)


def curves_table(found, column):
    """Return how often intervals hold what twice the patients bring."""
    values = found["curves", column]
    shown = [cell(values["held"]), *(mean_of(values[what], digits=3) for what in ("gain", "width"))]
    columns = ["intervals of 90 % that hold, %", "gain", "width", "true gain"]
    return table(columns, [[*shown, f"{values['true gain'][0]:.3f}"]])


def numbers(found):
    """Return the tables under their titles."""
    text = []
    for name, column in found:
        draws = draws_of(name, {(name, column): found[name, column]})
        text.append(f"## {TITLES[name]}: {column}\n\nDraws: {draws}.\n\n{TABLES[name](found, column)}")
    return "\n\n".join(text) + "\n"


TITLES = {"sets": "Sets of 90 %", "reading": "Joints to read", "changes": "Changes", "curves": "Twice the patients"}
TABLES = {"sets": sets_table, "reading": reading_table, "changes": changes_table, "curves": curves_table}


def knees_text(folder):
    """Return the table of sets on knees under its title."""
    from _promised_knees import DIVISIONS, knee_sets

    columns = ["score, form", "coverage, %", "size", "size beside outward", "coverage of grade 4, %", "size of grade 4"]
    told = (
        f"Mean over {DIVISIONS} divisions of the validation part's patients into halves; intervals resample patients."
    )
    return f"\n## Sets of 90 %: knees\n\n{told}\n\n{table(columns, knee_sets(folder))}\n"


def network_text():
    """Return the curve of a network under its title."""
    from _promised_network import DRAWS, JOINTS, SIZE, network_curve, network_rows

    curve = network_curve()
    told = (
        f"Of one small network on {JOINTS:,} synthetic joints of {SIZE} pixels, trained anew at each point: {DRAWS} "
        "splits of the patients, a seed each, and as many with patients drawn anew. It shows what such a curve looks "
        f"like; so few draws say little of its spread. {curve.gain(int(curve.sizes[-1]))}."
    )
    lines = table(["patients", "quadratic kappa"], network_rows(curve))
    return f"\n## Twice the patients: a network, as an illustration\n\n{told}\n\n{lines}\n"


def write_page(path, text):
    """Replace the numbers of the page, whose words above them are written by hand."""
    words = path.read_text().partition(NUMBERS)[0] if path.exists() else "# Results on promises\n\n"
    machine = f"Drawn on {describe_machine()}; `python benchmarks/promises.py --page docs/results`"
    path.write_text(f"{words}{NUMBERS}\n\n{machine}\n\n{text}")


def main():
    """Draw what is lacking, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", default="promise-draws", help="where draws are kept")
    parser.add_argument("--only", default="", help="parts whose name begins so, such as sets")
    parser.add_argument("--kept", action="store_true", help="show what was drawn, and draw nothing")
    parser.add_argument("--knees", help="folder of labels.csv and the images of knees, which are left out without it")
    parser.add_argument("--network", action="store_true", help="train a network at each point of a curve, minutes")
    parser.add_argument("--page", help="folder of promises.md, whose numbers are replaced, such as docs/results")
    arguments = parser.parse_args()
    pathlib.Path(arguments.folder).mkdir(parents=True, exist_ok=True)
    found = {}
    for part in parts(arguments.knees):
        if part.name.startswith(arguments.only):
            started = time.perf_counter()
            count = part.kept(arguments.folder) if arguments.kept else arguments.draws
            count = min(count, most_draws(part) or count)
            with warnings.catch_warnings(action="ignore", category=UserWarning):
                if count:
                    found[part.table, part.column] = part.draws(arguments.folder, count, arguments.seed)
            print(f"{part.name}: {time.perf_counter() - started:.0f} s", flush=True)
    text = numbers(found) + (knees_text(arguments.knees) if arguments.knees else "")
    text += network_text() if arguments.network else ""
    print(text)
    if arguments.page:
        write_page(pathlib.Path(arguments.page, "promises.md"), text)


if __name__ == "__main__":
    main()
