"""From films to scores: joints are cut out and graded, visits get a Rau score, and films unlike the training none."""

import warnings
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._types import Any, FilePath
from skerosion._validation import SHARE, check_parameter
from skerosion.datasets.joints import JointCropper, JointCrops, crop_joints, film_list, find_suspicious
from skerosion.forecasts import Forecast, forecast_of
from skerosion.report import doubt_of

from ._film_scores import score_visits
from ._joints_to_read import loaded
from ._prediction_tables import prediction_columns
from ._saved_estimator import SavedEstimator, as_saved
from ._trained_films import cutting_of, unlike_trained

_SIDES = {"l": "left", "r": "right", "b": "both"}
UNLIKE = "unlike the training"
"""Reason of joints on films that are refused."""


@dataclass(frozen=True, eq=False, repr=False)
class FilmGrades:
    """What :func:`grade_films` returns.

    Attributes
    ----------
    joints : DataFrame
        A row a joint, those without a grade among them: film, patient, visit, side, joint; x, y, box_side and box_angle
        on the film; what ``skerosion predict`` says of an image, from prediction to interval_high; doubt, the larger
        the less sure; suspicion, what is odd about the box; counted, whether the visit's score counts it; with a plan
        read, whether a person must read it, empty where it does not count; and reason, why there is no grade.
    visits : DataFrame
        A row a visit: patient, visit; rau (the expected score) with rau_low and rau_high, n_joints and n_missing; since
        (the visit before), change, smallest_detectable, more_than_noise and probability_of_increase; with a plan
        n_read, how many joints a person must read. Of grades that are
        no Ratingen score worst and mean with their intervals in place of it. Empty where patients and visits are not
        known.
    films : DataFrame
        A row a film: film, patient, visit, n_joints, n_missing, refused (why it is unlike what the estimator was
        trained on) and note.
    notes : tuple of str
        What is to be known of the scores.
    crops : JointCrops
        The joints as they were cut out.
    graded : ndarray of int
        Positions of the crops that were graded.
    forecast : Forecast
        Of these.
    estimator : SavedEstimator
    interval : float
        Coverage of the intervals.
    """

    joints: pd.DataFrame
    visits: pd.DataFrame
    films: pd.DataFrame
    notes: tuple
    crops: JointCrops
    graded: np.ndarray
    forecast: Forecast
    estimator: SavedEstimator
    interval: float

    def __repr__(self):
        known = (self.joints["reason"] == "").sum()
        films, visits = counted(len(self.films), "film"), counted(len(self.visits), "visit")
        return f"FilmGrades({known} of {counted(len(self.joints), 'joint')} of {films}, {visits})"


def grade_films(
    estimator: Any,
    films: Any,
    points: Any = None,
    *,
    finder: Any = None,
    rau: Any = None,
    plan: Any = None,
    cropper: JointCropper | None = None,
    group: str | None = None,
    visit: str | None = None,
    image: str = "path",
    root: FilePath | None = None,
    interval: float = 0.9,
    outside: str = "refuse",
) -> FilmGrades:
    """Grade the joints on films, and score the visits that the films are of.

    Parameters
    ----------
    estimator : path-like or fitted estimator
        That grades joints, best as the file that a command or :func:`save_estimator` wrote: such a file tells what it
        was trained on.
    films : default as of :func:`crop_joints`
        What ``load_dicom_table`` or another loader returned, a table with a column of paths, a dict or a list.
    points : DataFrame or path-like, default=None
        Where the joints are, as ``load_points`` returns it.
    finder : default=None
        In place of points: what finds them, such as a fitted ``JointLocalizer``.
    rau : RauForecaster or path-like, default=None
        Fitted on patients that the estimator was not trained on, or the file of one. None takes the joints of a visit
        as independent, whose intervals are too narrow.
    plan : ReadingPlan or path-like, default=None
        Which joints a person must still read, fitted on patients that the estimator was not trained on, or the file of
        one. Its forecaster is that of the scores where there is no `rau`.
    cropper : JointCropper, default=None
        How joints are cut out; its size is always that of the estimator. None takes what the estimator's file tells, or
        the defaults.
    group, visit : str, default=None
        Columns of the films with the patient and the visit, a number or a date. None takes ``patient`` and ``day``
        where there are such.
    image, root
        As for :func:`crop_joints`.
    interval : float, default=0.9
        Coverage of the intervals.
    outside : {"refuse", "note"}, default="refuse"
        What becomes of films that are unlike what the estimator was trained on: no grades, or grades with a note.

    Returns
    -------
    FilmGrades

    Raises
    ------
    ValueError
        Without points or finder, where all films are refused, or for columns that are not there.

    Examples
    --------
    >>> from skerosion.experiments import grade_films
    >>> from skerosion.datasets import make_films, synthetic_grader
    >>> films = make_films(1, max_visits=1, both_sides=1.0, size=400, missing=0, random_state=0)
    >>> pictures = dict(zip(films.table["image"], films.images))
    >>> grade_films(synthetic_grader(), pictures, films.points)
    FilmGrades(22 of 22 joints of 1 film, 0 visits)
    """
    _check(interval, outside)
    saved, known = as_saved(estimator), film_list(films, image, root)
    about = _about_films(known, group, visit)
    places, noted = _places(points, finder, known)
    crops = _cut(saved, known, places, cropper)
    unlike = unlike_trained(saved, crops)
    refused, noted = (unlike, noted) if outside == "refuse" else ({}, _joined(noted, unlike))
    graded = _graded_rows(crops, refused)
    forecast = forecast_of(saved.pipeline, crops.X.take(graded))
    joints = _joint_rows(saved, crops, graded, forecast, interval).join(about, on="place")
    visits, told, notes = score_visits(saved, joints, forecast, loaded(rau), interval, plan)
    films = _film_rows(about, joints, known, {"refused": refused, "note": noted})
    joints = joints[_columns_of(joints)].assign(**told)
    return FilmGrades(joints, visits, films, tuple(notes), crops, graded, forecast, saved, interval)


def _check(interval, outside):
    check_parameter("interval", interval, (SHARE,))
    if outside not in ("refuse", "note"):
        raise ValueError(f"outside must be 'refuse' or 'note', got {outside!r}.")


def _about_films(known, group, visit):
    """What films are called where something is handed on, and whose they are, a row a film."""
    columns = {"patient": _column(known.frame, group, "group", "patient")}
    columns["visit"] = _column(known.frame, visit, "visit", "day")
    about = pd.DataFrame({"film": known.shown})
    for name, column in columns.items():
        about[name] = known.frame[column].to_numpy() if column else None
    return about


def _column(frame, name, parameter, usual):
    """The column that is named, the usual one where there is such, or None."""
    if name is None:
        return usual if usual in frame else None
    if name not in frame:
        raise ValueError(
            f"{parameter}={name!r} must be a column of the films. Columns: {', '.join(map(str, frame.columns))}."
        )
    return name


def _places(points, finder, known):
    """Return the points that are given or found, and what a finder noted of each film."""
    if (points is None) == (finder is None):
        raise ValueError("points must be given, or a finder= that finds them, and not both.")
    if finder is None:
        return points, {}
    whole = [isinstance(size, tuple) for size in known.sizes(np.arange(len(known.names)))]
    pictures = dict(compress(zip(known.names, known.pictures, strict=True), whole))
    sides = _told_sides(known.frame)
    found = finder.predict(pictures, None if sides is None else list(compress(sides, whole)))
    noted = {name: "cannot be read" for name, read in zip(known.names, whole, strict=True) if not read}
    mirrored = set(found.loc[found["mirrored"], "image"])
    noted |= dict.fromkeys(mirrored, "shows the other side than it is told to show")
    return found.drop(columns="mirrored"), noted


def _told_sides(frame):
    """The side that each film is told to show, None for one that tells none."""
    if "side" not in frame:
        return None
    return [_SIDES.get(side.strip()[:1].lower()) for side in frame["side"].fillna("").astype(str)]


def _cut(saved, known, points, cropper):
    """Cut the joints out as the estimator knows them; what warns of gaps stands in the tables."""
    size, width, channels = (*saved.reading()["size"], saved.reading()["channels"])
    if size != width or channels != 1:
        raise ValueError(
            f"estimator must be trained on square grey images, as crops are, got {size} x {width} x {channels}."
        )
    trained = cutting_of(saved)
    cropper = replace(cropper, size=size) if cropper else JointCropper(size=size, **trained)
    _check_alike(cropper, trained)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        reading = {"bits": saved.bits, **saved.films}
        return crop_joints(known, points, replace(cropper, jitter=0.0), on_problem="report", **reading)


def _check_alike(cropper, trained):
    for name, value in trained.items():
        if name != "joints" and getattr(cropper, name) != value:
            raise ValueError(
                f"cropper must cut joints out as those that the estimator was trained on, {name}={value!r}, got "
                f"{name}={getattr(cropper, name)!r}."
            )


def _graded_rows(crops, refused):
    rows = np.flatnonzero(~crops.table["image"].isin(refused).to_numpy())
    if not len(rows):
        raise ValueError(
            f"films must be like those that the estimator was trained on, got none that is; {next(iter(refused))}: "
            f"{next(iter(refused.values()))}. Pass outside='note' to grade them all the same."
        )
    return rows


def _joined(noted, unlike):
    return {image: "; ".join(filter(None, [noted.get(image), unlike.get(image)])) for image in {**noted, **unlike}}


def _joint_rows(saved, crops, graded, forecast, interval):
    """One row a joint, in the order of the points: its film's place, its row of the forecast, -1 for none, and more."""
    boxes = crops.table[["image", "side", "joint", "x", "y", "box_side", "box_angle"]]
    gone = crops.excluded.set_index("row").rename(columns={"path": "image"})[["image", "side", "joint", "reason"]]
    said = prediction_columns(saved, forecast, interval=interval).assign(doubt=doubt_of(forecast))
    said = said.assign(row=np.arange(len(graded))).set_index(boxes.index[graded])
    lines = boxes.join(said).assign(suspicion=find_suspicious(crops.table), reason=UNLIKE)
    lines.loc[said.index, "reason"] = ""
    lines = pd.concat([lines, gone.assign(suspicion="")]).sort_index(kind="stable")
    return lines.assign(place=crops.films.places(lines["image"]), row=lines["row"].fillna(-1).astype(int))


def _columns_of(joints):
    """The columns of a row a joint that are handed on, in their order."""
    first = ["film", "patient", "visit", "side", "joint"]
    return first + [name for name in joints if name not in (*first, "image", "place", "row")]


def _film_rows(about, joints, known, told):
    """One row a film, those without points among them."""
    graded, here = joints["row"] >= 0, joints["place"] >= 0
    counts = {"n_joints": joints[graded & here], "n_missing": joints[~graded & here]}
    films = about.assign(**{name: np.bincount(rows["place"], minlength=len(about)) for name, rows in counts.items()})
    for name, texts in told.items():
        films[name] = ""
        films.loc[known.places(list(texts)), name] = list(texts.values())
    idle = (films["n_joints"] + films["n_missing"] == 0) & (films["note"] == "")
    films.loc[idle, "note"] = "has no points"
    return films
