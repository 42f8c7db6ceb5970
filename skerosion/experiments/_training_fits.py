"""The trainings of a study: each once, each saved with what it learned, forecasts and embedding as it ends."""

from dataclasses import dataclass

import numpy as np

from skerosion.forecasts import forecast_of

from ._folds import Fold, fold_seed
from ._identity import check_weights, weights_digest
from ._jobs import FitJob, about_fit, fit_pipeline
from ._predictions import forecast_arrays
from ._saved import SavedEstimator, load_saved
from ._search import fit_digest, fit_work
from ._strategies import estimator_class, make_pipeline, task_parameters, training_strategy
from ._trainings import Training

N_COMPONENTS = 50
"""Principal components kept of the last hidden layer, as the thesis does before t-SNE and nearest neighbours."""


SAVED = ".joblib"
"""The ending of an estimator that a search or a study saved."""

LEARNED = "learned"
"""What the names of the arrays begin with that a training has learned."""


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
        weights = weights_digest(parameters, start)
        digest = fit_digest(data, training.task, training.strategy, target, fold, parameters, weights)
        names[key] = f"{training.task}-{training.name}-{digest[:12]}"
        work = fit_work(training.strategy, grades, parameters)
        about = (training.task, training.strategy, fold, names[key], work, training, start)
        jobs[key] = TrainingJob(*about, weights=weights)
    return [jobs[training.task, training.name] for training in trainings]


def own_parameters(training, parameters):
    """The parameters of a training's estimator: the study's as far as its task knows them, then its own."""
    return task_parameters(training.task, parameters) | training.parameters


def fit_training(job, rows, y, target, parameters, store, *, advance=None):
    """Train, predict the held-out rows, embed all rows, and save all of it in one file.

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
    from skerosion.estimators import learned_state

    forecast = forecast_of(pipeline, rows[job.fold.test])
    arrays = forecast_arrays(forecast, target.classes, getattr(pipeline[-1], "class_shares_", None))
    arrays["embedding"] = embed(pipeline, rows, job.fold)
    described, learned = learned_state(pipeline[-1])
    about = about_fit(job, seconds, 0.0, pipeline[-1]) | {"training": job.training.name, LEARNED: described}
    store.save(job.name, arrays | learned, about)


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
    from sklearn.frozen import FrozenEstimator

    if job.start is not None:
        return {"weights": FrozenEstimator(_learned_of(job.start, store))}
    given = job.training.parameters.get("weights")
    if not str(given).endswith(SAVED):
        return {}
    check_weights(job.training.parameters, job.weights)
    return {"weights": FrozenEstimator(load_saved(given).pipeline)}


def _learned_of(name, store):
    """An estimator with what a stored training learned; its parameters, which weights do not need, are the defaults."""
    from skerosion.estimators import give_learned

    arrays, about = store.load(name)
    return give_learned(estimator_class(about["task"])(), about[LEARNED], arrays)


def trained_estimator(result, task, strategy):
    """A strategy's estimator, put together from its parameters and what the stored training learned.

    No file of the study is read as a pickle, which would run what it holds.

    Parameters
    ----------
    result : StudyResult
    task, strategy : str

    Returns
    -------
    SavedEstimator
    """
    from skerosion.estimators import give_learned

    job = next(job for job in result.work if (job.task, job.training.name) == (task, training_strategy(strategy)))
    arrays, about = result.store.load(job.name)
    parameters = own_parameters(job.training, result.plan.parameters)
    parameters |= first_weights(job, result.store) if job.start else {}
    own = strategy if strategy == "balanced_decision" else job.strategy
    pipeline = make_pipeline(task, own, result.target, parameters=parameters, seed=job.fold.seed)
    give_learned(pipeline[-1], about[LEARNED], arrays)
    rows = result.rows
    bits = getattr(rows.source, "bits", None)
    return SavedEstimator(pipeline, task, strategy, result.target, rows.image_shape, about["versions"], bits)


def embed(estimator, rows, fold):
    """The first principal components of the last hidden layer for all rows, fitted on the rows that were trained on.

    Parameters
    ----------
    estimator : fitted estimator or Pipeline
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
