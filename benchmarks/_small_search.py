"""The small images, the network and the search that `bench_search.py` and `bench_refit.py` share.

Grades have the shares .6 .2 .08 .05 .04 .03; the network has five blocks of 32, 32, 64, 64, 128 filters, two
convolutions each, and dense layers of 256 and 256 units, one epoch of batch 100. It is the same in all three
libraries: He's initialisation, batch norm that keeps .9 of its statistics a step (epsilon 1e-3), ReLU, dropout .5, Adam
at 1e-3 (epsilon 1e-7), cross-entropy.
"""

import numpy as np
from _networks import build_keras_network

SHARES = (0.6, 0.2, 0.08, 0.05, 0.04, 0.03)
FILTERS = (32, 32, 64, 64, 128)
DENSE_UNITS = (256, 256)
SIDE = 32
BATCH_SIZE = 100


def make_data(n_images):
    """Images of 32x32, their grades and the patients, five images each; seed 0."""
    rng = np.random.default_rng(0)
    grades = rng.choice(len(SHARES), size=n_images, p=SHARES)
    images = rng.integers(0, 160, (n_images, SIDE, SIDE, 1)).astype("uint8")
    images[:, :8, :8] += (15 * grades[:, None, None, None]).astype("uint8")
    return images, grades, np.arange(n_images) // 5


def run_search(pipeline, grid, X, y, groups, folds):
    """The same GridSearchCV for all: patient folds, two scorers, a refit."""
    from sklearn.metrics import balanced_accuracy_score, make_scorer
    from sklearn.model_selection import GridSearchCV, GroupKFold

    scoring = {"accuracy": "accuracy", "balanced": make_scorer(balanced_accuracy_score)}
    search = GridSearchCV(pipeline, grid, scoring=scoring, refit="balanced", cv=GroupKFold(folds), error_score="raise")
    return search.fit(X, y, groups=groups)


def make_classifier(**options):
    """skerosion's estimator."""
    from skerosion import CNNClassifier

    settings = {"filters": FILTERS, "dense_units": DENSE_UNITS, "batch_size": BATCH_SIZE, "epochs": 1}
    return CNNClassifier(**(settings | options))


def make_scikeras_classifier():
    """scikeras' estimator, with the tags that scikit-learn asks for today put right."""
    from scikeras.wrappers import KerasClassifier
    from sklearn.base import BaseEstimator
    from sklearn.utils import ClassifierTags

    class Classifier(KerasClassifier):
        def __sklearn_tags__(self):
            tags = BaseEstimator.__sklearn_tags__(self)
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
            return tags

    return Classifier(
        model=lambda: build_keras_network(SIDE, FILTERS, DENSE_UNITS, flat=True),
        epochs=1,
        batch_size=BATCH_SIZE,
        verbose=0,
        class_weight=None,
    )


def make_skorch_classifier():
    """skorch's estimator around the network in PyTorch, with class weights from the training part of each fit."""
    import torch
    from skorch import NeuralNetClassifier

    class Classifier(NeuralNetClassifier):
        def __init__(self, *args, class_weight=None, **options):
            super().__init__(*args, **options)
            self.class_weight = class_weight

        def fit(self, X, y, **options):
            from sklearn.utils.class_weight import compute_class_weight

            grades = np.arange(len(SHARES))
            weight = compute_class_weight(self.class_weight, classes=grades, y=y)
            self.criterion__weight = torch.tensor(weight, dtype=torch.float32)
            return super().fit(X, y, **options)

    return Classifier(
        build_torch_network,
        criterion=torch.nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__eps=1e-7,
        lr=1e-3,
        max_epochs=1,
        batch_size=BATCH_SIZE,
        train_split=None,
        iterator_train__shuffle=True,
        verbose=0,
    )


def build_torch_network():
    """The network in PyTorch, from rows of bytes to scores."""
    from torch import nn

    parts, channels = [_FromBytes()], 1
    for width in FILTERS:
        for _ in range(2):
            parts += [_he(nn.Conv2d(channels, width, 3, padding="same")), nn.BatchNorm2d(width, 1e-3, 0.1), nn.ReLU()]
            channels = width
        parts.append(nn.MaxPool2d(2))
    parts.append(nn.Flatten())
    for units in DENSE_UNITS:
        parts += [_he(nn.Linear(channels, units)), nn.BatchNorm1d(units, 1e-3, 0.1), nn.ReLU(), nn.Dropout(0.5)]
        channels = units
    return nn.Sequential(*parts, nn.Linear(channels, len(SHARES)))


def _he(layer):
    from torch import nn

    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(layer.bias)
    return layer


def _FromBytes():
    from torch import nn

    class FromBytes(nn.Module):
        def forward(self, rows):
            return rows.reshape(-1, 1, SIDE, SIDE).float() / 255

    return FromBytes()
