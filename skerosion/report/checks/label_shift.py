"""Parts whose grades are not equally frequent."""

import numpy as np
from scipy.stats import chi2_contingency

TITLE = "label shift between parts"
REMEDY = "Split again, stratified by grade, or recalibrate for the other shares."


def find(subject):
    """Find the largest total variation distance between the grades of two parts."""
    if len(subject.parts) < 2:
        return "not given", "there is one part"
    counts = [[(subject.grades[rows] == g).sum() for g in subject.target.classes] for rows in subject.parts.values()]
    counts = np.array(counts, dtype=float)
    shares = counts / counts.sum(axis=1, keepdims=True)
    distance = max(np.abs(a - b).sum() / 2 for a in shares for b in shares)
    p_value = chi2_contingency(counts[:, counts.any(axis=0)]).pvalue
    level = "tip" if distance > 0.1 and p_value < 0.01 else "passed"
    return (
        level,
        f"shares of grades differ by at most {100 * distance:.1f} % in all (p {p_value:.2g}, images as if independent)",
    )
