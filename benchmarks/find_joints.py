"""How close do finders come to the joints? JointLocalizer and the hand landmark network on synthetic films.

Films of some patients train, films of others test: any turn to 45 degrees, one side or both on a film, 10 % lost
fingers or toes, every exposure. Errors are in the length that each set of points names (hand: mcp3 to pip3, foot: mtp2
to mtp5, knee: the width of the tibia). Beside them stands the floor of a mean shape that is laid on the true points,
moved, scaled and turned as well as can be. Films of one side are shown the wrong way round once, to be noticed by their
tag.

Usage: python benchmarks/find_joints.py [--body-part hand foot knee] [--patients 700 200] [--epochs 40] [--size 128]
       [--films 256] [--network mediapipe-0.10.14-....whl] [--seed 0] [--jobs 1] [--save folder]
"""

import argparse
import pathlib
import time

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from skerosion import JointLocalizer, save_estimator
from skerosion.datasets import make_films
from skerosion.localization import HandLandmarks, point_errors

SETTINGS = {"max_visits": 1, "rotation": 45.0, "missing": 0.1}
CLOSE = (0.05, 0.15)


def draw(part, n_patients, seed, arguments):
    """Return films by name, their table and their points."""
    films = make_films(
        n_patients, body_part=part, size=arguments.films, n_jobs=arguments.jobs, random_state=seed, **SETTINGS
    )
    return dict(zip(films.table["image"], films.images, strict=True)), films.table, films.points


def mean_shape_errors(training, truth, reference):
    """Return the errors of the training hands' mean shape, laid on each true hand as well as can be."""
    shapes = [shape_of(rows) for _, rows in training[training["visible"]].groupby(["image", "side"])]
    joints = sorted(training["joint"].unique())
    complete = [np.array([shape[joint] for joint in joints]) for shape in shapes if len(shape) == len(joints)]
    mean = dict(zip(joints, np.mean([aligned(shape, complete[0]) for shape in complete], axis=0), strict=True))
    placed = []
    for (image, side), rows in truth[truth["visible"]].groupby(["image", "side"]):
        shape = shape_of(rows)
        laid = aligned(np.array([mean[joint] for joint in shape]), np.array(list(shape.values())))
        laid = laid * [-1 if side == "right" else 1, 1]
        placed += [
            {"image": image, "side": side, "joint": joint, "x": x, "y": y}
            for joint, (x, y) in zip(shape, laid, strict=True)
        ]
    return point_errors(pd.DataFrame(placed), truth, reference=reference)["error"]


def shape_of(rows):
    """Return the points of a side by joint, right ones mirrored."""
    sign = -1 if rows["side"].iloc[0] == "right" else 1
    return {row.joint: np.array([sign * row.x, row.y]) for row in rows.itertuples()}


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
    localizer = JointLocalizer(size=arguments.size, epochs=arguments.epochs, random_state=arguments.seed, verbose=True)
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
    floor = mean_shape_errors(points, test[2], localizer.reference)
    print(f"\nfloor, mean shape on the true points: median {floor.median():.3f}, 95 % {floor.quantile(0.95):.3f}")
    if arguments.save:
        pathlib.Path(arguments.save).mkdir(parents=True, exist_ok=True)
        save_estimator(localizer, pathlib.Path(arguments.save) / f"{part}.skerosion")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--body-part", nargs="+", default=["hand", "foot", "knee"], choices=["hand", "foot", "knee"])
    parser.add_argument("--patients", nargs=2, type=int, default=[700, 200], help="that train, and that test")
    parser.add_argument("--epochs", type=int, default=40)
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
