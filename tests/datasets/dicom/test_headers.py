"""What a header says of a film, and what is made of gaps and contradictions in it."""

import datetime

import pytest

pytest.importorskip("pydicom")

from skerosion.datasets.dicom._headers import film_facts, kind, side, spacing, visit_date
from tests.dicom_films import DX, make_film

NO_SPACING = {"PixelSpacing": None}


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({}, (0.15, "detector")),
        (NO_SPACING, (None, "none")),
        ({"PixelSpacingCalibrationType": "GEOMETRY"}, (0.15, "calibrated")),
        ({"ImagerPixelSpacing": [0.15, 0.15]}, (0.15, "detector")),
        ({"ImagerPixelSpacing": [0.16, 0.16]}, (0.15, "calibrated")),
        (NO_SPACING | {"ImagerPixelSpacing": [0.2, 0.2]}, (0.2, "detector")),
        (NO_SPACING | {"NominalScannedPixelSpacing": [0.1, 0.1]}, (0.1, "detector")),
        ({"EstimatedRadiographicMagnificationFactor": 1.5}, (pytest.approx(0.1), "detector over magnification")),
        ({"PixelSpacing": [0.1, 0.2]}, (None, "pixels are not square")),
        ({"PixelSpacing": [0, 0]}, (None, "none")),
    ],
)
def test_spacing_says_where_it_holds(elements, expected):
    assert spacing(make_film(**elements)) == expected


@pytest.mark.parametrize(
    ("image", "series", "expected"),
    [("L", "R", "left"), (None, "R", "right"), ("", "B", "both"), ("U", "L", "left"), (None, None, "")],
)
def test_the_side_of_the_image_counts_before_that_of_the_series(image, series, expected):
    assert side(make_film(ImageLaterality=image, Laterality=series)) == expected


@pytest.mark.parametrize(
    ("study", "acquired", "expected"),
    [
        ("20200110", None, datetime.date(2020, 1, 10)),
        ("20210110", "20200109", datetime.date(2020, 1, 9)),
        ("2020.01.10", "", datetime.date(2020, 1, 10)),
        ("20201340", None, None),
        (None, None, None),
    ],
)
@pytest.mark.filterwarnings("ignore:.*[Ii]nvalid value:UserWarning")
def test_the_visit_is_on_the_earlier_date(study, acquired, expected):
    assert visit_date(make_film(StudyDate=study, AcquisitionDate=acquired)) == expected


def test_raw_values_are_known_by_class_or_by_intent():
    assert kind(make_film(kind=DX)) == "DX"
    assert kind(make_film(kind=DX, PresentationIntentType="FOR PROCESSING")) == "DX for processing"
    assert kind(make_film(kind=f"{DX}.1")) == "DX for processing"
    assert kind(make_film(kind="1.2.840.10008.5.1.4.1.1.2")) == "CT Image Storage"


def test_windows_polarity_and_maker_are_told():
    facts = film_facts(make_film(WindowCenter=[2000, 1], WindowWidth=[400, 0], ManufacturerModelName="X 1"))
    assert facts["windows"] == ["LINEAR 2000/400"] and facts["polarity"] == "MONOCHROME2"
    assert facts["maker"] == "Maker X 1" and facts["contradiction"] == ""
    assert "Jane" not in str(facts)
