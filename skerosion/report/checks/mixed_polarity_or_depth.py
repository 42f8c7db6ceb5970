"""Images whose black and white are swapped, or whose grey values fill another range than those of the others."""

import numpy as np

TITLE = "mixed polarity or bit depth"
REMEDY = "Look at these images; invert those that are swapped, and name the bits in use of 16-bit files (bits)."

SWAPPED, ALIKE = -0.7, 0.5
"""Correlation with what is common to all images, below which one is taken for swapped, where most reach the second."""

DARKER = 8
"""Of 16 bits read where 12 are in use, the brightest grey value is a sixteenth of what it should be."""


def find(subject):
    """Count images that are the negative of the others, and images of another range of grey values."""
    facts = subject.frames.get("images")
    if facts is None:
        return "not given", "search, study and evaluate measure images, up to 20,000"
    swapped = int((facts["likeness"] < SWAPPED).sum()) if facts["likeness"].abs().median() > ALIKE else 0
    otherwise = int(_otherwise(facts["largest"]).sum())
    said = f"{swapped:,} of {len(facts):,} images are like negatives of the others; {otherwise:,} fill another range"
    share = max(swapped, otherwise) / len(facts)
    return "problem" if share >= 0.01 else "tip" if share > 0 else "passed", said


def _otherwise(largest):
    """The brightest pixels that lie apart from most, with a gap between; without light nothing is known."""
    level = np.sort(np.log2(largest[largest > 0]))
    sides = np.cumsum(np.diff(level, prepend=level[:1]) > np.log2(DARKER))
    return sides != np.bincount(sides, minlength=1).argmax()
