"""The learning curve of a network, trained anew at each point, for benchmarks/promises.py: an illustration."""

from skerosion import CNNClassifier
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.promises import patient_learning_curve

JOINTS, SIZE, DRAWS = 1_200, 32, 2
DAMAGE = {0: 0.4, 10: 0.2, 30: 0.15, 50: 0.1, 70: 0.08, 90: 0.07}


def network_curve():
    """Return the curve of a small network on synthetic joints: three sizes, two splits of each kind, a seed each."""
    joints = make_joint_images(JOINTS, size=SIZE, joints_per_patient=10, labels=DAMAGE, random_state=0)
    small = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "batch_size": 32, "verbose": 0}
    network = CNNClassifier(epochs=15, learning_rate=0.003, **small)
    grades, patients = ratingen(joints.percent), joints.patients
    settings = {"sizes": (0.25, 0.5, 1.0), "n_draws": DRAWS, "random_state": 0}
    return patient_learning_curve(network, joints.images, grades, patients, **settings)


def network_rows(curve):
    """Return the points of a curve and its continuation as rows of a table."""
    return [
        [f"{line.patients}{', extrapolated' if line.extrapolated else ''}", f"{line.score:.3f}"]
        for line in curve.frame().itertuples()
    ]
