"""From the stored values of a radiograph to grey with white bone, in the order that DICOM sets (PS3.3 C.11, C.7.6.3).

Modality LUT or rescale, then VOI LUT or window, then the inversion. All of it says what becomes of a stored value,
wherever that lies in the picture: so it is computed once for each value in use, and the picture is looked up.
"""

from dataclasses import dataclass

import numpy as np

from ._film_border import several, shown_pixels

POLARITIES = ("photometric", "shape")
"""Whom to believe where PhotometricInterpretation and PresentationLUTShape contradict each other."""

RANGE = "range"
"""The window that spans the values in use, whatever the file says."""

_WHITE = 255
_LEAST_WIDTH = {"LINEAR": 1.0, "LINEAR_EXACT": np.nextafter(0, 1), "SIGMOID": np.nextafter(0, 1)}


@dataclass(frozen=True)
class Window:
    """A window of a file, or a table of it where `values` holds one."""

    function: str
    center: float = 0.0
    width: float = 0.0
    values: np.ndarray | None = None
    first: int = 0

    def __call__(self, x):
        """Return 0..1 for modality values."""
        if self.values is not None:
            return _looked_up(x, self.values, self.first)
        if self.function == "SIGMOID":
            # Beyond 700 the exponential overflows, where the value is 0 or 1 for long.
            return 1 / (1 + np.exp(np.clip(-4 * (x - self.center) / self.width, -700, 700)))
        if self.function == "LINEAR_EXACT":
            return np.clip((x - self.center) / self.width + 0.5, 0, 1)
        if self.width == 1:  # the formula of the other widths would divide by 0
            return (x > self.center - 0.5).astype(float)
        return np.clip((x - (self.center - 0.5)) / (self.width - 1) + 0.5, 0, 1)

    def __str__(self):
        return self.function if self.values is not None else f"{self.function} {self.center:g}/{self.width:g}"


def grey_film(stored, header, *, window=None, polarity=None):
    """Return the grey values of a radiograph, with white bone.

    Parameters
    ----------
    stored : ndarray of integers, shape (H, W)
        The stored values, without bits that are not in use.
    header : pydicom.Dataset
    window : int, "range" or None, default=None
        Which of the file's `windows_of`; None takes the first. "range", or a file without any, spans the values in use.
    polarity : {"photometric", "shape"} or None, default=None
        Whom to believe where the file contradicts itself.

    Returns
    -------
    grey : ndarray of uint8, shape (H, W)
        What is padding, or lies behind a shutter or collimator, is black.

    Raises
    ------
    ValueError
        Where the file contradicts itself and `polarity` is None, or has not the window that is named.
    """
    shown = shown_pixels(stored, header)
    low = int(stored.min())
    # Modulo 2^16, so that a film takes no more memory than its values do: they lie less than that apart.
    places = stored.astype(np.uint16) - np.uint16(low & 0xFFFF)
    steps = np.arange(low, int(stored.max()) + 1)
    values = modality_values(steps, header)
    used = np.zeros(len(steps), dtype=bool)
    used[places[shown]] = True
    inverted = _is_inverted(header, polarity, lambda: values[places])
    chosen = choose_window(header, window)
    grey = _span(values, used) if chosen is None else chosen(values)
    grey = np.rint(_WHITE * (1 - grey if inverted else grey)).astype(np.uint8)
    return np.where(shown, grey[places], np.uint8(0))


def modality_values(stored, header):
    """Return what the stored values mean: by the Modality LUT where there is one, else by slope and intercept."""
    table = header.get("ModalityLUTSequence")
    if table:
        values, first, _ = _table_of(table[0])
        return _looked_up(stored, values, first).astype(float)
    slope, intercept = header.get("RescaleSlope"), header.get("RescaleIntercept")
    return stored * float(1 if slope is None else slope) + float(intercept or 0)


def windows_of(header):
    """Return all alternatives of a file for the values of interest: its tables, then its windows that have a width.

    Parameters
    ----------
    header : pydicom.Dataset

    Returns
    -------
    list of Window
    """
    tables = [_table_window(item) for item in header.get("VOILUTSequence") or ()]
    function = str(header.get("VOILUTFunction") or "LINEAR").strip().upper()
    pairs = zip(several(header.get("WindowCenter")), several(header.get("WindowWidth")), strict=False)
    least = _LEAST_WIDTH.get(function, 1.0)
    known = function if function in _LEAST_WIDTH else "LINEAR"
    return tables + [Window(known, center, width) for center, width in pairs if width >= least]


def choose_window(header, window=None):
    """Return the window to apply, None for the range in use; raises ValueError for one that the file lacks."""
    found = [] if window == RANGE else windows_of(header)
    if window in (None, RANGE):
        return found[0] if found else None
    if window >= len(found):
        raise ValueError(f"it has {len(found)} windows, window={window} names none of them; they are counted from 0")
    return found[window]


def polarity_contradiction(header):
    """Return what a header says twice and otherwise of its polarity, "" where it is consistent."""
    photometric, shape = _polarity_tags(header)
    if shape is None or (photometric == "MONOCHROME1") == (shape == "INVERSE"):
        return ""
    return f"PhotometricInterpretation {photometric} contradicts PresentationLUTShape {shape}"


def polarity_hint(values, header):
    """Return which of the two the picture speaks for: around a limb there is air, which is black where bone is white.

    Parameters
    ----------
    values : ndarray of shape (H, W)
        Modality values.
    header : pydicom.Dataset
        Of a contradiction.

    Returns
    -------
    polarity : {"photometric", "shape"}
    """
    height, width = values.shape
    inner = np.zeros((height, width), dtype=bool)
    inner[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None] = True
    edge = max(1, min(height, width) // 20)
    outer = np.ones((height, width), dtype=bool)
    outer[edge:-edge, edge:-edge] = False
    bright_border = np.median(values[outer]) > np.median(values[inner])
    return "photometric" if bright_border == (_polarity_tags(header)[0] == "MONOCHROME1") else "shape"


def _is_inverted(header, polarity, values):
    photometric, shape = _polarity_tags(header)
    problem = polarity_contradiction(header)
    if problem and polarity is None:
        hint = polarity_hint(values(), header)
        raise ValueError(
            f"{problem}: polarity= must say whom to believe, 'photometric' or 'shape'; with {hint!r} its border is "
            "darker than its centre, which is a hint and no proof"
        )
    by_shape = problem and polarity == "shape"
    return shape == "INVERSE" if by_shape else photometric == "MONOCHROME1"


def _polarity_tags(header):
    shape = str(header.get("PresentationLUTShape") or "").strip().upper()
    photometric = str(header.get("PhotometricInterpretation") or "").strip().upper()
    return photometric, shape if shape in ("IDENTITY", "INVERSE") else None


def _span(values, used):
    low, high = (values[used].min(), values[used].max()) if used.any() else (0.0, 0.0)
    return np.clip((values - low) / (high - low), 0, 1) if high > low else np.zeros(len(values))


def _table_window(item):
    values, first, bits = _table_of(item)
    return Window(f"LUT {item.get('LUTExplanation') or ''}".strip(), values=values / (2.0**bits - 1), first=first)


def _table_of(item):
    """Return the entries of a table, the value of its first entry, and the bits of an entry."""
    number, first, bits = (int(each) for each in item.LUTDescriptor)
    data = item.LUTData
    if isinstance(data, bytes):
        deep = ">u2" if item.original_encoding[1] is False else "<u2"
        data = np.frombuffer(data, deep if len(data) >= 2 * (number or 65536) else np.uint8)
    entries = np.atleast_1d(np.asarray(data)).astype(np.int64)[: number or 65536]
    return entries, first, max(bits, int(entries.max()).bit_length())  # some files say 8 bits of tables of 16


def _looked_up(x, values, first):
    # An unsigned descriptor cannot say that a table of signed values starts below 0.
    first = first - 65536 if first > 32767 and x.min() < 0 else first
    return values[np.clip(np.rint(x - first), 0, len(values) - 1).astype(np.int64)]
