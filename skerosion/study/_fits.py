"""The trainings of a study: each once, each saved with its estimator, forecasts and embedding as it ends."""

from dataclasses import dataclass

import numpy as np

from skerosion.report._folds import Fold, fold_seed
from skerosion.report._jobs import FitJob, about_fit, fit_pipeline
from skerosion.report._predictions import forecast_arrays
from skerosion.report._saved import SavedEstimator
from skerosion.report._search import fit_digest, fit_work
from skerosion.report._settings import versions
from skerosion.report._strategies import task_parameters

from ._trainings import Training

N_COMPONENTS = 50
"""Principal components kept of the last hidden layer, as the thesis does before t-SNE and nearest neighbours."""


@dataclass(frozen=True)
class TrainingJob(FitJob):
    """One training: a `FitJob` that trains on the train part and predicts the others."""

    training: Training

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
    return [_job(training, plan.parameters, target, fold, grades, data) for training in plan.trainings()]


def _job(training, parameters, target, fold, grades, data):
    parameters = own_parameters(training, parameters)
    digest = fit_digest(data, training.task, training.strategy, target, fold, parameters)
    work = fit_work(training.strategy, grades, parameters)
    name = f"{training.task}-{training.name}-{digest[:12]}"
    return TrainingJob(training.task, training.strategy, fold, name, work, training)


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
    own = own_parameters(job.training, parameters)
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
