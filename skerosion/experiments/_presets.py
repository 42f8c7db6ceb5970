"""What a search compares by a name, and candidates from a file."""

from pathlib import Path

from skerosion._user_files import read_json

BEST = {
    "type": "ContextForecaster",
    "strength": 0.5,
    "estimator": {
        "type": "AugmentedForecaster",
        "mirror": True,
        "estimator": {
            "type": "ForecastEnsemble",
            "n_seeds": 3,
            "estimators": {
                "type": "OrdinalClassifier",
                "head": "corn",
                "decision": "balanced",
                "backbone": "residual",
                "filters": [16, 32, 64, 128, 128],
                "convolutions": 2,
                "dense_units": [128],
                "dropout": 0.4,
                "epochs": 60,
                "batch_size": 50,
                "learning_rate": 0.002,
                "schedule": "cosine",
                "warmup": 0.05,
                "average_epochs": 5,
                "augmentation": {"rotation": 12, "zoom": 0.12, "shift": 0.06, "exposure": 0.25, "flip": True},
            },
        },
    },
}
"""The recipe of the best grader of knees (docs/results/best_grader.md)."""

PRESETS = {
    "thesis": {},
    "fast": {
        "parameters": {
            "epochs": 12,
            "batch_size": 32,
            "filters": (16, 32, 32, 64),
            "convolutions": 1,
            "dense_units": (64,),
        }
    },
    "best": {"estimators": {"best": BEST}},
}
"""Name -> what a plan takes for it: ``thesis``, the networks as they are; ``fast``, small ones that take minutes on two
cores, in small batches, for batch norm's running statistics need hundreds of steps to follow the weights; ``best``, the
recipe of the best grader."""


def read_candidates(path):
    """Read what a search compares from a file.

    Parameters
    ----------
    path : path-like
        JSON file: name -> description of an estimator, as `make_estimator` takes it. A file of settings, as
        `read_settings` takes it, is one candidate of the file's name.

    Returns
    -------
    dict of str to dict
        For ``estimators`` of `SearchPlan`.

    Raises
    ------
    ValueError
        For a file that is not JSON or holds no descriptions.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skerosion.experiments import read_candidates
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "candidates.json")
    ...     _ = path.write_text('{"corn": {"type": "OrdinalClassifier", "head": "corn"}}')
    ...     read_candidates(path)
    {'corn': {'type': 'OrdinalClassifier', 'head': 'corn'}}
    """
    candidates = read_json(path, "candidates")
    if isinstance(candidates, dict) and isinstance(candidates.get("estimator"), dict):
        candidates = {Path(path).stem: candidates["estimator"]}
    each = candidates.values() if isinstance(candidates, dict) else [None]
    if not all(isinstance(described, dict) and "type" in described for described in each):
        raise ValueError(
            f'{path} must hold a name and a description for each candidate, such as {{"corn": {{"type": '
            f'"OrdinalClassifier", "head": "corn"}}}}.'
        )
    return candidates
