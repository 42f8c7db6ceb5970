"""The figures of a search."""


def write_figures(result, out):
    """Write every figure of a search as PNG and as PDF."""
    return []
