"""Makes the file of an estimator that is kept for each version of the format, and what it answers.

Run once for a new version, ``python tests/data/make_estimator_file.py``; a file that is there stays as it is, for ever.
"""

import json
import pathlib

import numpy as np
from imblearn.pipeline import Pipeline

from skerosion import AugmentingOverSampler, CalibratedForecaster, ForecastEnsemble, ImageRows, OrdinalClassifier
from skerosion.experiments import SavedEstimator
from skerosion.experiments._origins import describe_images
from skerosion.experiments._record import versions
from skerosion.experiments.file_format._manifest import VERSION
from skerosion.grades import Target

FOLDER = pathlib.Path(__file__).parent


def images():
    """Return 12 images of 16 pixels a side, whose brightness grows, without a random generator."""
    places = np.arange(16 * 16).reshape(16, 16)
    return np.stack([(places * (3 + row) + 17 * row * row) % 97 + 12 * row for row in range(12)]).astype("uint8")


def main():
    """Fit a small estimator with others within, write its file and its answers."""
    rows, grades = ImageRows(images(), groups=np.repeat(range(6), 2)), np.repeat([0, 1, 2], 4)
    small = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 40, "verbose": 0}
    network = OrdinalClassifier(**small, head="corn", learning_rate=0.01, random_state=0)
    last = CalibratedForecaster(ForecastEnsemble(network, n_seeds=2, random_state=0), cv=0.5, random_state=0)
    pipeline = Pipeline([("imbalance", AugmentingOverSampler(random_state=0)), ("last", last)]).fit(rows, grades)
    fitted = (pipeline, "classifier", "oversampled", Target.decide(grades), rows.image_shape, versions())
    columns = {"image": "path", "target": "kl_grade", "group": "patient_id"}
    SavedEstimator(*fitted, columns=columns, images=describe_images(rows)).save(FOLDER / f"format_{VERSION}.skerosion")
    answers = {"predict": pipeline.predict(rows), "predict_proba": pipeline.predict_proba(rows)}
    text = json.dumps({name: values.tolist() for name, values in answers.items()}, indent=1)
    (FOLDER / f"format_{VERSION}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
