"""How close do finders come to the joints? JointLocalizer and the hand landmark network on synthetic films.

Films of some patients train, films of others test: any turn to 45 degrees, one side or both on a film, 10 % lost
fingers or toes, every exposure. Errors are in the length that each set of points names (hand: mcp3 to pip3, foot: mtp2
to mtp5, knee: the width of the tibia). Beside them stand two floors: the mean shape of the training films, stretched
into the true points' box, and moved, scaled and turned onto the true points as well as can be. Films of one side are
shown the wrong way round once, to be noticed by their tag.

Usage: python benchmarks/find_joints.py [--body-part hand foot knee] [--patients 500 200] [--epochs 30] [--size 128]
       [--films 256] [--network mediapipe-0.10.14-....whl] [--seed 0] [--jobs 1] [--save folder]
"""

import argparse
import pathlib
import time

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from skerosion import save_estimator
from skerosion.datasets import make_films
from skerosion.localization import HandLandmarks, JointLocalizer, point_errors

SETTINGS = {"max_visits": 1, "rotation": 45.0, "missing": 0.1}
# The films are turned already.
MOVED = {"rotation": 20.0, "zoom": 0.15, "shift": 0.08, "exposure": 0.3}
CLOSE = (0.05, 0.15)
UNIT = np.array([[0.0, 0.0], [1.0, 1.0]])


def draw(part, n_patients, seed, arguments):
    """Return films by name, their table and their points."""
    films = make_films(
        n_patients, body_part=part, size=arguments.films, n_jobs=arguments.jobs, random_state=seed, **SETTINGS
    )
    return dict(zip(films.table["image"], films.images, strict=True)), films.table, films.points


def floors(training, truth, reference):
    """Return the errors of the training films' mean shape by how it is fitted to each true side."""
    joints = sorted(training["joint"].unique())
    shapes = [shape_of(rows) for _, rows in training[training["visible"]].groupby(["image", "side"])]
    complete = [np.array([shape[joint] for joint in joints]) for shape in shapes if len(shape) == len(joints)]
    return {
        name: placed_errors(dict(zip(joints, np.mean(shown, axis=0), strict=True)), fit, truth, reference)
        for name, shown, fit in (
            ("in the box of the true points", [boxed(shape, UNIT) for shape in complete], boxed),
            ("moved, scaled and turned onto them", [aligned(shape, complete[0]) for shape in complete], aligned),
        )
    }


def placed_errors(mean, fit, truth, reference):
    """Return the errors of a mean shape that is fitted to each true side."""
    placed = []
    for (image, side), rows in truth[truth["visible"]].groupby(["image", "side"]):
        shape = shape_of(rows)
        laid = fit(np.array([mean[joint] for joint in shape]), np.array(list(shape.values())))
        laid = laid * [-1 if side == "right" else 1, 1]
        placed += [(image, side, joint, *place) for joint, place in zip(shape, laid, strict=True)]
    placed = pd.DataFrame(placed, columns=["image", "side", "joint", "x", "y"])
    return point_errors(placed, truth, reference=reference)["error"]


def shape_of(rows):
    """Return the points of a side by joint, right ones mirrored."""
    sign = -1 if rows["side"].iloc[0] == "right" else 1
    return {row.joint: np.array([sign * row.x, row.y]) for row in rows.itertuples()}


def boxed(shape, onto):
    """Stretch a shape (n, 2) into the upright box of another."""
    (low, high), (left, right) = ((each.min(axis=0), each.max(axis=0)) for each in (shape, onto))
    return left + (shape - low) / np.maximum(high - low, 1e-9) * (right - left)


def aligned(shape, onto):
    """Move, scale and turn a shape (n, 2) onto another, by least squares."""
    start, end = shape.mean(axis=0), onto.mean(axis=0)
    one, other = ((each - middle) @ [1, 1j] for each, middle in ((shape, start), (onto, end)))
    turned = one * (np.vdot(one, other) / max(np.vdot(one, one).real, 1e-12))
    return np.column_stack([turned.real, turned.imag]) + end


def measure(finder, films, table, points, reference):
    """Return what a finder reaches on films whose tags are right, and on those of one side, mirrored."""
    told = dict(zip(table["image"], table["side"], strict=True))
    started = time.perf_counter()
    found = finder.predict(films)
    seconds = (time.perf_counter() - started) / len(films)
    errors = point_errors(found, points, reference=reference)
    shown = found.groupby("image")["side"].agg(lambda sides: "both" if sides.nunique() > 1 else sides.iloc[0])
    single = [name for name in films if told[name] != "both"][:200]
    flipped = {name: films[name][:, ::-1] for name in single}
    tagged = [told[name] for name in single]
    noticed = finder.predict(flipped, tagged).groupby("image")["mirrored"].first()
    wrongly = finder.predict({name: films[name] for name in single}, tagged).groupby("image")["mirrored"].first()
    seen = errors["visible"] & errors["error"].notna()
    return {
        "points": int(seen.sum()),
        "median": errors.loc[seen, "error"].median(),
        "95 %": errors.loc[seen, "error"].quantile(0.95),
        **{f"within {share}": (errors.loc[seen, "error"] <= share).mean() for share in CLOSE},
        "sides right": np.mean([shown.get(name) == told[name] for name in films]),
        "AUC of missing": roc_auc_score(~errors["visible"], -errors["score"].fillna(0))
        if (~errors["visible"]).any()
        else np.nan,
        "mirrored unnoticed": f"{int((~noticed).sum())} of {len(noticed)}",
        "wrongly called mirrored": f"{int(wrongly.sum())} of {len(wrongly)}",
        "ms a film": 1000 * seconds,
    }


def show(title, measures):
    """Print measures as a row of a table."""
    cells = [f"{value:.3f}" if isinstance(value, float) else str(value) for value in measures.values()]
    print(f"| {title} | {' | '.join(cells)} |", flush=True)


def run(part, arguments):
    """Train and test on one body part."""
    n_training, n_test = arguments.patients
    started = time.perf_counter()
    films, table, points = draw(part, n_training, 10 * arguments.seed, arguments)
    test = draw(part, n_test, 10 * arguments.seed + 1, arguments)
    drawn = time.perf_counter()
    print(
        f"\n{part}: {len(films)} films train, {len(test[0])} test; drawn in {(drawn - started) / 60:.1f} minutes",
        flush=True,
    )
    localizer = JointLocalizer(
        size=arguments.size, epochs=arguments.epochs, augmentation=MOVED, random_state=arguments.seed, verbose=True
    )
    cpu = time.process_time()
    localizer.fit(films, points, groups=table["patient_id"])
    print(
        f"trained in {(time.perf_counter() - drawn) / 60:.1f} minutes, {(time.process_time() - cpu) / 60:.1f} of a "
        f"processor core; loss {localizer.history_['loss'][0]:.2f} to {localizer.history_['loss'][-1]:.2f}\n"
    )
    measures = measure(localizer, *test, localizer.reference)
    print(f"| finder | {' | '.join(measures)} |\n|{'---|' * (len(measures) + 1)}")
    show("JointLocalizer", measures)
    if part == "hand" and arguments.network:
        hands = dict(list(test[0].items())[: arguments.landmarks])
        known = test[2][test[2]["image"].isin(hands)]
        show("HandLandmarks", measure(HandLandmarks(network=arguments.network), hands, test[1], known, None))
        few = dict(list(films.items())[:12])
        fitted = HandLandmarks(network=arguments.network).fit(few, points[points["image"].isin(few)])
        show("HandLandmarks, 12 films corrected", measure(fitted, hands, test[1], known, None))
    print("\n| floor: mean shape of the training films | median | 95 % |\n|---|---|---|")
    for name, floor in floors(points, test[2], localizer.reference).items():
        print(f"| {name} | {floor.median():.3f} | {floor.quantile(0.95):.3f} |", flush=True)
    if arguments.save:
        pathlib.Path(arguments.save).mkdir(parents=True, exist_ok=True)
        save_estimator(localizer, pathlib.Path(arguments.save) / f"{part}.skerosion")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--body-part", nargs="+", default=["hand", "foot", "knee"], choices=["hand", "foot", "knee"])
    parser.add_argument("--patients", nargs=2, type=int, default=[500, 200], help="that train, and that test")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--size", type=int, default=128, help="pixels a side that reach the network")
    parser.add_argument("--films", type=int, default=256, help="pixels of a film's longer side")
    parser.add_argument("--network", help="wheel of mediapipe, for the hand landmark network")
    parser.add_argument("--landmarks", type=int, default=60, help="test films for the hand landmark network")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes that draw films")
    parser.add_argument("--save", help="folder for the fitted localizers")
    arguments = parser.parse_args()
    for part in arguments.body_part:
        run(part, arguments)


if __name__ == "__main__":
    main()
