"""From stored values to grey with white bone: by the formulas of PS3.3 C.11, value by value, in all combinations."""

import itertools
import math

import numpy as np
import pytest

pydicom = pytest.importorskip("pydicom")

from skerosion.datasets.reading._value_chain import RANGE, choose_window, grey_film, polarity_contradiction, windows_of  # noqa: E402

BITS = {"8": (8, 0, 0), "12": (12, 0, 1200), "12 signed": (12, 1, -700), "16": (16, 0, 61000)}
SPANS = {"8": 240, "12": 1800, "12 signed": 1500, "16": 3000}
SLOPES = [(None, None), (2.0, -100.0), (-1.0, 4095.0), (0.5, 10.0)]
WINDOWS = ["none", "LINEAR", "LINEAR_EXACT", "SIGMOID", "two", "width 0", "width 1", "LUT", "LUT and window"]
POLARITIES = [("MONOCHROME1", None), ("MONOCHROME1", "INVERSE"), ("MONOCHROME2", None), ("MONOCHROME2", "IDENTITY")]
PADDING = ["none", "value", "range"]


def scene(name):
    """Nine stored values over the span of these bits, the second of which may be padding."""
    _, signed, start = BITS[name]
    values = np.arange(9).reshape(3, 3) * (SPANS[name] // 9) + start
    return values.astype(np.int16 if signed else np.uint16)


def film(name="12", slope=(None, None), window="none", polarity=("MONOCHROME2", None), padding="none"):
    """A header whose window lies in the middle of what its stored values mean."""
    header, stored = pydicom.Dataset(), scene(name)
    header.BitsStored, header.PixelRepresentation, _ = BITS[name]
    header.PhotometricInterpretation = polarity[0]
    if polarity[1]:
        header.PresentationLUTShape = polarity[1]
    if slope[0] is not None:
        header.RescaleSlope, header.RescaleIntercept = slope
    if padding != "none":
        header.PixelPaddingValue = int(stored[0, 1])
    if padding == "range":
        header.PixelPaddingRangeLimit = int(stored[0, 0])
    add_window(header, window, [mean_of(value, slope) for value in stored.ravel().tolist()])
    return header, stored


def mean_of(value, slope):
    return value if slope[0] is None else value * slope[0] + slope[1]


def add_window(header, kind, values):
    low, high = min(values), max(values)
    middle, width = round((low + high) / 2) + 0.0, max(2.0, (high - low) // 2)
    if kind in ("LINEAR", "LINEAR_EXACT", "SIGMOID", "LUT and window"):
        header.WindowCenter, header.WindowWidth = middle, width
        header.VOILUTFunction = kind if kind != "LUT and window" else "LINEAR"
    elif kind == "two":
        header.WindowCenter, header.WindowWidth = [middle, 1], [width, 7]
    elif kind in ("width 0", "width 1"):
        header.WindowCenter, header.WindowWidth = middle, int(kind[-1])
    if kind.startswith("LUT"):
        item = pydicom.Dataset()
        item.LUTDescriptor = [5, round(middle) - 2, 10]
        item.LUTData = [0, 100, 200, 700, 1023]
        header.VOILUTSequence = [item]


def by_the_book(value, header, values):
    """0..1 of one modality value, as the standard writes it down."""
    if "VOILUTSequence" in header:
        number, first, bits = header.VOILUTSequence[0].LUTDescriptor
        return header.VOILUTSequence[0].LUTData[min(max(round(value - first), 0), number - 1)] / (2**bits - 1)
    function, center, width = (
        header.get("VOILUTFunction", "LINEAR"),
        header.get("WindowCenter"),
        header.get("WindowWidth"),
    )
    center, width = (each[0] if hasattr(each, "__len__") else each for each in (center, width))
    if not width:
        low, high = min(values), max(values)
        return (value - low) / (high - low)
    if function == "SIGMOID":
        return 1 / (1 + math.exp(-4 * (value - center) / width))
    if function == "LINEAR_EXACT":
        return 0 if value <= center - width / 2 else 1 if value > center + width / 2 else (value - center) / width + 0.5
    if value <= center - 0.5 - (width - 1) / 2:
        return 0
    return 1 if value > center - 0.5 + (width - 1) / 2 else (value - (center - 0.5)) / (width - 1) + 0.5


ALL = list(itertools.product(BITS, SLOPES, WINDOWS, POLARITIES, PADDING))


@pytest.mark.parametrize("bits", BITS)
def test_every_combination_is_what_the_standard_says(bits):
    for case in (case for case in ALL if case[0] == bits):
        header, stored = film(*case)
        padding = {"none": [], "value": [1], "range": [0, 1]}[case[-1]]
        means = [mean_of(value, case[1]) for value in stored.ravel().tolist()]
        shown = [mean for place, mean in enumerate(means) if place not in padding]
        expected = np.array([by_the_book(mean, header, shown) for mean in means])
        if case[3][0] == "MONOCHROME1":
            expected = 1 - expected
        expected[padding] = 0
        grey = grey_film(stored, header)
        assert grey.dtype == np.uint8
        assert np.abs(grey.ravel() - 255 * expected).max() <= 0.5 + 1e-6, case


def negative(header, stored, case):
    """The same scene stored the other way round, with the window that then shows the same."""
    name, slope, window = case[:3]
    ends = int(stored.min()) + int(stored.max())
    a, b = (1, 0) if slope[0] is None else slope
    both = a * ends + 2 * b
    header.PhotometricInterpretation = "MONOCHROME1"
    if "PresentationLUTShape" in header:
        header.PresentationLUTShape = "INVERSE"
    if "PixelPaddingValue" in header:
        header.PixelPaddingValue = ends - header.PixelPaddingValue
    if "PixelPaddingRangeLimit" in header:
        header.PixelPaddingRangeLimit = ends - header.PixelPaddingRangeLimit
    if "WindowCenter" in header:
        shift = 1 if header.get("VOILUTFunction", "LINEAR") == "LINEAR" else 0
        # A step of no width is black at its own value; seen from the other side it has to lie short of it.
        shift -= 0.25 if window == "width 1" else 0
        centers = header.WindowCenter if window == "two" else [header.WindowCenter]
        header.WindowCenter = [both + shift - center for center in centers]
    for item in header.get("VOILUTSequence", []):
        number, first, bits = item.LUTDescriptor
        item.LUTDescriptor = [number, round(both - first - number + 1), bits]
        item.LUTData = [2**bits - 1 - value for value in item.LUTData[::-1]]
    return header, (ends - stored.astype(int)).astype(stored.dtype)


def test_a_scene_is_the_same_in_both_polarities():
    for case in ALL:
        if case[3][0] == "MONOCHROME2":
            positive = grey_film(*film(*case)[::-1])
            other = grey_film(*negative(*film(*case), case)[::-1])
            assert np.abs(positive.astype(int) - other).max() <= 1, case


def test_windows_of_a_file_are_alternatives():
    header, stored = film(window="LUT and window")
    assert [str(each).split()[0] for each in windows_of(header)] == ["LUT", "LINEAR"]
    first, second, span = (grey_film(stored, header, window=each).ravel() for each in (0, 1, RANGE))
    assert (first == grey_film(stored, header).ravel()).all() and (first != second).any()
    assert span.tolist() == np.rint(np.linspace(0, 255, 9)).tolist()
    with pytest.raises(ValueError, match="has 2 windows, window=2 names none"):
        choose_window(header, 2)


@pytest.mark.parametrize(("photometric", "shape"), [("MONOCHROME1", "IDENTITY"), ("MONOCHROME2", "INVERSE")])
def test_a_contradiction_is_refused_until_somebody_is_believed(photometric, shape):
    header, stored = film(polarity=(photometric, shape))
    with pytest.raises(ValueError, match=f"{photometric} contradicts .*{shape}: polarity= must say whom to believe"):
        grey_film(stored, header)
    photometric_grey, shape_grey = (grey_film(stored, header, polarity=each) for each in ("photometric", "shape"))
    assert np.abs(photometric_grey.astype(int) + shape_grey - 255).max() <= 1
    assert (photometric_grey[0, 0] == 255) == (photometric == "MONOCHROME1")


@pytest.mark.parametrize("polarity", POLARITIES)
def test_who_is_believed_does_not_matter_where_all_say_the_same(polarity):
    header, stored = film(polarity=polarity)
    assert not polarity_contradiction(header)
    assert (grey_film(stored, header, polarity="shape") == grey_film(stored, header, polarity="photometric")).all()


@pytest.mark.parametrize("air", [0, 4095])
@pytest.mark.parametrize(("photometric", "shape"), [("MONOCHROME1", "IDENTITY"), ("MONOCHROME2", "INVERSE")])
def test_the_hint_shows_air_black(photometric, shape, air):
    header, _ = film(polarity=(photometric, shape))
    stored = np.full((40, 40), air)
    stored[10:30, 10:30] = 2000
    with pytest.raises(ValueError, match="with '(photometric|shape)' its border is darker") as refused:
        grey_film(stored, header)
    hint = "photometric" if "'photometric' its border" in str(refused.value) else "shape"
    grey = grey_film(stored, header, polarity=hint)
    assert grey[0, 0] < grey[20, 20]


def test_a_modality_table_wins_over_slope_and_holds_its_ends():
    header, stored = film(slope=(3.0, 5.0))
    item = pydicom.Dataset()
    item.LUTDescriptor, item.LUTData = [3, int(stored[0, 1]), 16], [10, 40, 20]
    header.ModalityLUTSequence = [item]
    grey = grey_film(np.append(stored.ravel(), stored[0, 1] + 1)[None], header)
    assert grey.ravel()[[0, 1, 2, 8, 9]].tolist() == [0, 0, 85, 85, 255]


def test_a_table_of_bytes_is_read_in_words_and_in_bytes():
    header, stored = film(window="LUT")
    expected = grey_film(stored, header)
    item = header.VOILUTSequence[0]
    item.LUTData = np.array(item.LUTData, "<u2").tobytes()
    assert (grey_film(stored, header) == expected).all()
    item.LUTDescriptor, item.LUTData = [5, item.LUTDescriptor[1], 8], bytes([0, 50, 100, 200, 255, 0])
    assert set(grey_film(stored, header).ravel().tolist()) <= {0, 50, 100, 200, 255}
