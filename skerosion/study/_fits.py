"""The trainings of a study: each once, each saved with its estimator, forecasts and embedding as it ends."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skerosion.report._folds import Fold, fold_seed
from skerosion.report._jobs import FitJob, about_fit, fit_pipeline
from skerosion.report._predictions import forecast_arrays
from skerosion.report._saved import SavedEstimator, load_estimator
from skerosion.report._search import fit_digest, fit_work
from skerosion.report._settings import versions
from skerosion.report._strategies import task_parameters

from ._trainings import Training

N_COMPONENTS = 50
"""Principal components kept of the last hidden layer, as the thesis does before t-SNE and nearest neighbours."""


SAVED = ".joblib"
"""The ending of an estimator that a search or a study saved."""


@dataclass(frozen=True)
class TrainingJob(FitJob):
    """One training: a `FitJob` that trains on the train part and predicts the others, and the record it starts from."""

    training: Training
    start: str | None = None

    def __str__(self):
        return f"{self.task} · {self.training.row}"


def training_jobs(plan, target, y, parts, data):
    """The jobs of a plan, named by all that decides their result.

    Parameters
    ----------
    plan : StudyPlan
    target : Target
    y : ndarray of shape (n_rows,)
    parts : dict of str to ndarray
    data : str
        Digest of rows, targets and patients.

    Returns
    -------
    list of TrainingJob
    """
    held_out = np.concatenate([parts["validation"], parts["test"]])
    fold = Fold(0, parts["train"], held_out, fold_seed(plan.seed, 0))
    grades = target.grade(y[fold.train])
    names, jobs = {}, {}
    trainings = plan.trainings()
    # Those that start from another are named after it too, so they come second.
    for training in sorted(trainings, key=lambda each: each.start is not None):
        key, start = (training.task, training.name), names.get(training.start)
        parameters = own_parameters(training, plan.parameters)
        decides = parameters | {"weights": weights_digest(parameters, start)}
        digest = fit_digest(data, training.task, training.strategy, target, fold, decides)
        names[key] = f"{training.task}-{training.name}-{digest[:12]}"
        work = fit_work(training.strategy, grades, parameters)
        jobs[key] = TrainingJob(training.task, training.strategy, fold, names[key], work, training, start)
    return [jobs[training.task, training.name] for training in trainings]


def weights_digest(parameters, start):
    """What tells a training's first weights from others: the record it starts from, or the content of a file."""
    weights = parameters.get("weights")
    if start is not None or weights is None or not Path(weights).is_file():
        return start or weights
    with open(weights, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def own_parameters(training, parameters):
    """The parameters of a training's estimator: the study's as far as its task knows them, then its own."""
    return task_parameters(training.task, parameters) | training.parameters


def fit_training(job, rows, y, target, parameters, store, *, advance=None):
    """Train, predict the held-out rows, embed all rows, and save all of it; the record comes last.

    Parameters
    ----------
    job : TrainingJob
    rows : ImageRows
    y : ndarray of shape (n_rows,)
    target : Target
    parameters : dict
        Those that all trainings share.
    store : FitStore
    advance : callable or None, default=None
        Gets the work done after each step.
    """
    own = own_parameters(job.training, parameters) | first_weights(job, store)
    pipeline, seconds = fit_pipeline(job, rows, y, target, own, advance=advance)
    # Prediction skips the imbalance step, so the last step alone sees the rows as they are.
    forecast = pipeline[-1].forecast(rows[job.fold.test])
    arrays = forecast_arrays(job.task, forecast, target.classes, getattr(pipeline[-1], "class_shares_", None))
    arrays["embedding"] = embed(pipeline[-1], rows, job.fold)
    bits = getattr(rows.source, "bits", None)
    saved = SavedEstimator(pipeline, job.task, job.training.name, target, rows.image_shape, versions(), bits)
    saved.save(estimator_path(store, job))
    about = about_fit(job, seconds, 0.0, pipeline[-1])
    store.save(job.name, arrays, about | {"training": job.training.name})


def first_weights(job, store):
    """The parameter ``weights`` of a training that starts from the network of another, or from a saved estimator.

    Parameters
    ----------
    job : TrainingJob
    store : FitStore

    Returns
    -------
    dict
        Empty where the training's own parameters say it all.
    """
    given = job.training.parameters.get("weights")
    path = None if job.start is None else store.folder / f"{job.start}.joblib"
    path = given if path is None and str(given).endswith(SAVED) else path
    if path is None:
        return {}
    from sklearn.frozen import FrozenEstimator

    return {"weights": FrozenEstimator(load_estimator(path).pipeline[-1])}


def embed(estimator, rows, fold):
    """The first principal components of the last hidden layer for all rows, fitted on the rows that were trained on.

    Parameters
    ----------
    estimator : fitted estimator
    rows : ImageRows
    fold : Fold

    Returns
    -------
    ndarray of shape (n_rows, n_components), float32
    """
    from sklearn.decomposition import PCA
    from sklearn.frozen import FrozenEstimator

    from skerosion.inspection import Embedder

    hidden = Embedder(FrozenEstimator(estimator)).fit(rows[:1]).transform(rows)
    n_components = min(N_COMPONENTS, hidden.shape[1], len(fold.train))
    return PCA(n_components, random_state=fold.seed).fit(hidden[fold.train]).transform(hidden).astype(np.float32)


def estimator_path(store, job):
    """Where the estimator of a training is saved."""
    return store.folder / f"{job.name}.joblib"


def is_finished(store, job):
    """Whether a training has its record and its estimator."""
    return job.name in store and estimator_path(store, job).is_file()
