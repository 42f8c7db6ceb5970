"""How rare the grades are, and what each strategy does about it."""

import numpy as np

from .._document import Table, Text

TITLE, PLACE = "Imbalance", 90


def blocks(subject):
    """The share of each grade, what its images weigh once all grades count alike, and the strategies in words."""
    counts = np.array([(subject.grades == grade).sum() for grade in subject.target.classes])
    present = counts > 0
    factor = np.where(present, counts.sum() / (present.sum() * np.maximum(counts, 1)), np.nan)
    rows = [
        [str(label), int(n), f"{100 * n / counts.sum():.1f} %", None if not n else round(float(f), 3)]
        for label, n, f in zip(subject.target.labels, counts, factor, strict=True)
    ]
    columns = ("grade", "images", "share", "weight that makes grades count alike")
    compared = subject.scored.titles if subject.what != "evaluation" else ()  # files are named as anybody likes
    decided = sorted({_words(name) for name in compared})
    return [Table("Grades", columns, rows), *([Text(tuple(decided))] if decided else [])]


WORDS = {
    "oversampled": "Oversampled: rarer grades are repeated as augmented copies until all are as frequent.",
    "class_weights": "Class weights: an image weighs in the loss as the table says.",
    "balanced_decision": "Balanced decision: probabilities are divided by the shares of training first.",
    "original": "Original: rows and decisions as they are.",
}


def _words(name):
    return next(
        (text for strategy, text in WORDS.items() if name.endswith(strategy)), f"{name}: a strategy of the user."
    )
