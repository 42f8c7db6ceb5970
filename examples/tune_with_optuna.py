"""
Tuning with Optuna, pruned by the epoch
=======================================

An estimator is tuned by whatever tunes estimators. Here Optuna draws the parameters, and gives up trials whose
validation loss is behind after a few epochs. A Keras callback tells it the losses; the validation rows are of other
patients than those that are trained on, and the test patients are seen once, at the end.

Needs ``pip install optuna``, and runs as a test where that is installed. The joints are **synthetic**.
"""

import os
from functools import partial

import keras
import optuna
from sklearn.model_selection import GroupShuffleSplit

from skerosion import ImageRows, OrdinalClassifier
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import quadratic_kappa
from skerosion.model_selection import train_validation_test_split

fast = "SKEROSION_FAST" in os.environ
joints = make_joint_images(150 if fast else 600, size=32, random_state=0)
X, y = ImageRows(joints.images, groups=joints.patients), ratingen(joints.percent)
training, _, test = train_validation_test_split(X, y, sizes=(0.6, 0.2, 0.2), random_state=0)
network = OrdinalClassifier(
    filters=(8, 16),
    dense_units=(32,),
    batch_size=32,
    epochs=3 if fast else 15,
    classes=range(6),
    validation_split=GroupShuffleSplit(1, test_size=0.25, random_state=0),
    random_state=0,
)


# %%
# What an epoch has come to is told to the trial, which may end there.
class TellTrial(keras.callbacks.Callback):
    """Reports each epoch's validation loss to a trial."""

    def __init__(self, trial):
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch, logs=None):
        self.trial.report(logs["val_loss"], epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned


# %%
# A trial is a fit with drawn parameters. `callbacks` takes what makes a callback, for each fit needs one of its own.
def validation_loss(trial):
    parameters = {
        "learning_rate": trial.suggest_float("learning_rate", 1e-4, 3e-2, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.6),
    }
    drawn = OrdinalClassifier(**network.get_params() | parameters | {"callbacks": [partial(TellTrial, trial)]})
    return min(drawn.fit(training.X, training.y).history_["val_loss"])


study = optuna.create_study(
    sampler=optuna.samplers.TPESampler(seed=0),
    pruner=optuna.pruners.MedianPruner(n_startup_trials=2 if fast else 5, n_warmup_steps=1),
)
study.optimize(validation_loss, n_trials=4 if fast else 20)
pruned = [trial for trial in study.trials if trial.state == optuna.trial.TrialState.PRUNED]
print(f"{len(study.trials)} trials, of which {len(pruned)} were given up early; the best: {study.best_params}")

# %%
# Losses of two heads are not on one scale: a study that draws heads too has to go by a score of the validation rows.
best = network.set_params(**study.best_params).fit(training.X, training.y)
print(f"Quadratic kappa of the test patients: {quadratic_kappa(test.y, best.predict(test.X)):.2f}")
