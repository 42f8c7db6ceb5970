"""Make the grader of synthetic joints that comes with the package: drawn joints in, skerosion/datasets/synthetic/ out.

It takes the joints of a seed of its own, so that those which `skerosion demo` draws are new to it; its patients have
names of their own for the same reason. The same versions on a machine of the same kind make the same bytes: made again
on an AMD EPYC processor without AVX-512, with one thread (OMP_NUM_THREADS=1, TF_NUM_INTRAOP_THREADS=1,
TF_NUM_INTEROP_THREADS=1), Python 3.11.7 and the locked versions, the file of the package came out the same, in 3
minutes of one core. Other processors round sums otherwise: there it has other last bits.

Usage: python benchmarks/synthetic_grader.py [--joints 3000] [--epochs 25]
"""

import argparse

import numpy as np
from imblearn.pipeline import Pipeline

from skerosion import ImageRows, OrdinalClassifier
from skerosion.commands.demo import DEMO_LABELS
from skerosion.datasets import make_joint_images, synthetic_grader
from skerosion.experiments import SavedEstimator, versions
from skerosion.grades import Target

SEED, SIZE = 482_017, 48
AUGMENTATION = {"rotation": 12, "zoom": 0.12, "shift": 0.06, "exposure": 0.25, "flip": True}
NETWORK = {
    "head": "corn",
    "decision": "balanced",
    "filters": (16, 32, 32, 64),
    "convolutions": 1,
    "dense_units": (64,),
    "batch_size": 50,
    "learning_rate": 0.002,
    "schedule": "cosine",
    "warmup": 0.05,
    "augmentation": AUGMENTATION,
}


def card(joints, epochs):
    """What the file says to whoever uses it."""
    return {
        "intended use": "For trying skerosion on synthetic joints; for no patient.",
        "limits": "It has seen drawn joints alone and knows nothing of radiographs.",
        "made by": f"python benchmarks/synthetic_grader.py --joints {joints} --epochs {epochs}",
    }


def draw(joints):
    """Return drawn joints as rows, and their percentages."""
    drawn = make_joint_images(joints, size=SIZE, labels=DEMO_LABELS, random_state=SEED)
    return ImageRows(drawn.images, groups=[f"drawn {patient}" for patient in drawn.patients]), drawn.percent


def fit(joints, epochs):
    """Return the fitted grader."""
    rows, percent = draw(joints)
    target = Target.decide(percent, "percent")
    network = OrdinalClassifier(**NETWORK, epochs=epochs, random_state=0)
    pipeline = Pipeline([("estimator", network)]).fit(rows, target.training_target("classifier", np.asarray(percent)))
    columns = {"image": "path", "target": "percent", "group": "patient_id"}
    told = (versions(), columns, card(joints, epochs))
    return SavedEstimator.of(pipeline, "classifier", "original", target, rows, *told)


def main():
    """Fit it and write its file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--joints", type=int, default=3000)
    parser.add_argument("--epochs", type=int, default=25)
    given = parser.parse_args()
    path = fit(given.joints, given.epochs).save(synthetic_grader())
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
