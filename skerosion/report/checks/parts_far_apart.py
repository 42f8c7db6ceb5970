"""Parts whose images are not alike: what holds for one need not hold for the other."""

import itertools

import numpy as np

TITLE = "train and test far apart"
REMEDY = "Split again by patient; if the test is meant to be of elsewhere, say so and show its subgroups."

SMALL, LARGE = 0.25, 0.8
"""Differences in standard deviations from which beyond doubt a tip, and a problem, is made."""

SHIFTED, FAR = 0.1, 0.25
"""The same as shares of the range of grey values, where the trained-on images are known by their quantiles alone."""

FACTS = ("mean", "spread", "dark", "bright")


def find(subject):
    """Compare the grey values of parts, or of the scored images with those that estimators were trained on."""
    facts, grey = subject.frames.get("images"), subject.frames.get("grey")
    if grey is not None:
        return _by_quantiles(grey)
    if facts is None or len(subject.parts) < 2:
        return "not given", "there is one part, or there are no measures of its images"
    found = [
        (*beyond_doubt(subject, facts[name], *pair), name, pair)
        for name in FACTS
        for pair in itertools.combinations(subject.parts, 2)
    ]
    least, difference, name, (one, other) = max(found)
    said = f"the {name} of grey values differs most, between {one} and {other}, by {difference:.2f} standard deviations"
    return "problem" if least > LARGE else "tip" if least > SMALL else "passed", said


def beyond_doubt(subject, values, one, other):
    """The standardised difference of two parts, a value per patient, less three standard errors; and itself."""
    of_parts = [_of_patients(subject, values, subject.parts[name]) for name in (one, other)]
    spread = np.sqrt(sum(part.var() for part in of_parts) / 2)
    difference = abs(of_parts[0].mean() - of_parts[1].mean()) / spread if spread else 0.0
    return difference - 3 * np.sqrt(sum(1 / len(part) for part in of_parts)), difference


def _of_patients(subject, values, rows):
    part = values.iloc[rows]
    return part.to_numpy() if subject.groups is None else part.groupby(subject.groups[rows]).mean().to_numpy()


def _by_quantiles(grey):
    """The mean distance of two sets of quantiles, as a share of the range between the outermost of the first."""
    width = grey["trained on"].iloc[-1] - grey["trained on"].iloc[0]
    shift = float((grey["trained on"] - grey["scored"]).abs().mean() / width) if width else 0.0
    said = f"grey values lie {100 * shift:.0f} % of their range from those that estimators were trained on"
    return "problem" if shift > FAR else "tip" if shift > SHIFTED else "passed", said
