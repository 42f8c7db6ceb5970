"""Where the grades come from, and how far readers agree."""

import numpy as np
import pandas as pd

from .._document import NotGiven
from .._doubtful_labels import doubtful_labels
from .._table_blocks import block_of_frame
from .failures import name_of_row

TITLE, PLACE = "Reference standard", 60

_OF_READERS = {
    "agreement": ("Agreement of readers",),
    "readers": (
        "Agreement of readers",
        "The grade that estimators are trained on and scored against is the median of the readers' votes.",
    ),
    "reader_level": (
        "Estimators among readers",
        "Estimator and readers are compared with the same reader, who is left out, by the quadratic kappa on images of "
        "patients that were not trained on; the difference is the estimator's less the other's, with its interval.",
        "It is no ceiling: who knows what readers agree on may come nearer to each of them than any other reader does.",
    ),
}


def blocks(subject):
    """Agreement of readers and suspicious labels, as far as there are any."""
    made = [
        block_of_frame(title, subject.frames[name], [*notes, *subject.frames[name].attrs.get("notes", ())])
        for name, (title, *notes) in _OF_READERS.items()
        if name in subject.frames
    ]
    if not made:
        made.append(NotGiven("agreement of readers", "evaluate(second_reader=)"))
    made += [_doubtful(subject)] if subject.verdicts else []
    if "outliers" in subject.frames:
        return [*made, _disagreeing(subject.frames["outliers"].head(20), subject.page.pictures)]
    return [
        *made,
        NotGiven(
            "labels beside those of images that look alike",
            "a search or a study of networks, which embed images",
        ),
    ]


N_DOUBTFUL = 20


def _doubtful(subject):
    """The labels that are least likely by forecasts of patients that were not trained on."""
    listed, shown = doubtful_labels(subject).head(N_DOUBTFUL), subject.target.shown
    table = pd.DataFrame(
        {
            "image": [name_of_row(subject, row) for row in listed["row"]],
            "label": list(map(str, shown(listed["label"].to_numpy()))),
            "predicted": list(map(str, shown(listed["predicted"].to_numpy()))),
            "score": listed["score"].round(1),
        }
    )
    return block_of_frame("Labels that the forecasts find hardest to believe", table, DOUBTFUL_NOTES)


DOUBTFUL_NOTES = (
    "Minus the logarithm of the label's probability, less what the forecast expects of it, in standard deviations of "
    "the fold: wrong, or of an odd image. Reading it again tells; LabelAudit averages seeds and writes a sheet.",
    "Rows are counted as in the files of the folder predictions, the first below the header as row 1.",
)


COLUMNS = {
    "label": "label",
    "neighbors": "mean label of those alike",
    "against_neighbors": "label minus that",
    "n_others": "other images of the patient",
    "others": "mean label of these",
    "against_others": "label minus theirs",
}


def _disagreeing(frame, named):
    """The labels that disagree most, of images that are named only where that is allowed."""
    columns = [name for name in COLUMNS if name in frame]
    shown = frame[columns].rename(columns=COLUMNS)
    shown.insert(0, "image", frame["path"].to_numpy() if named else np.arange(1, len(frame) + 1))
    title = "Labels that disagree with the images that look alike"
    return block_of_frame(title, shown, () if named else ("Images are numbered as in tables/outliers.csv.",))
