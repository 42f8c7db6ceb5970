"""What is read of the header of a film, without its pixels: as few elements as the table needs."""

import datetime

from ..reading import polarity_contradiction, read_dataset, windows_of

RADIOGRAPHS = {
    "1.2.840.10008.5.1.4.1.1.1": "CR",
    "1.2.840.10008.5.1.4.1.1.1.1": "DX",
    "1.2.840.10008.5.1.4.1.1.1.1.1": "DX for processing",
    "1.2.840.10008.5.1.4.1.1.7": "SC",
}
"""Kinds of objects that hold radiographs; all others, such as reports and presentation states, are none."""

_NAMED = (
    "SOPClassUID SOPInstanceUID StudyDate AcquisitionDate Modality PresentationIntentType Manufacturer "
    "ManufacturerModelName PatientID IssuerOfPatientID BodyPartExamined "
    "ImagerPixelSpacing NominalScannedPixelSpacing EstimatedRadiographicMagnificationFactor ViewPosition "
    "PatientOrientation Laterality ImageLaterality NumberOfFrames PhotometricInterpretation Rows Columns PixelSpacing "
    "PixelSpacingCalibrationType WindowCenter WindowWidth VOILUTFunction BurnedInAnnotation VOILUTSequence "
    "PresentationLUTShape"
).split()
_OVERLAY_ROWS = 0x60000010
HEADER_TAGS = (*_NAMED, _OVERLAY_ROWS)
"""All elements that are read."""

_SIDES = {"L": "left", "R": "right", "B": "both"}
_SQUARE = 0.01  # how much rows and columns of one spacing may differ, as a share


def read_header(path):
    """Return the elements of a film's header that the table needs, as a Dataset."""
    return read_dataset(path, stop_before_pixels=True, specific_tags=list(HEADER_TAGS))


def film_facts(header):
    """Return what the table tells of a film, by column, and what only the making of the table needs.

    Parameters
    ----------
    header : pydicom.Dataset
        As `read_header` gives it.

    Returns
    -------
    dict
    """
    millimetres, source = spacing(header)
    windows = windows_of(header) if "WindowCenter" in header or "VOILUTSequence" in header else []
    return {
        "sop_iuid": _text(header, "SOPInstanceUID"),
        "kind": kind(header),
        "patient_id": str(header.get("PatientID") or "").strip(),  # in the characters of the file
        "issuer": str(header.get("IssuerOfPatientID") or "").strip(),
        "date": visit_date(header),
        "side": side(header),
        "view": _text(header, "ViewPosition").upper(),
        "body_part": _text(header, "BodyPartExamined").upper(),
        "mm_per_pixel": millimetres,
        "mm_source": source,
        "polarity": polarity(header),
        "windows": [str(window) for window in windows],
        "maker": " ".join(filter(None, (_text(header, "Manufacturer"), _text(header, "ManufacturerModelName")))),
        "orientation": "\\".join(_several(header, "PatientOrientation")),
        "frames": int(_text(header, "NumberOfFrames") or 1),
        "burned_in": _text(header, "BurnedInAnnotation").upper(),
        "overlay": _OVERLAY_ROWS in header,
        "contradiction": polarity_contradiction(header),
    }


def kind(header):
    """Return what kind of radiograph an object is, or the name of its kind where it is none."""
    known = RADIOGRAPHS.get(_text(header, "SOPClassUID"))
    if known == "DX" and _text(header, "PresentationIntentType").upper() == "FOR PROCESSING":
        return "DX for processing"
    return known or getattr(header.get("SOPClassUID"), "name", "of no kind")


def side(header):
    """Return left, right, both or "": the image's own side counts before that of its series."""
    for name in ("ImageLaterality", "Laterality"):
        known = _SIDES.get(_text(header, name).upper())
        if known:
            return known
    return ""


def spacing(header):
    """Return millimetres a pixel, and where they hold: calibrated, detector, detector over magnification, or none.

    ``PixelSpacing`` is calibrated where the file says so, or where it differs from the spacing at the detector.
    """
    pixel, imager = (_pair(header, name) for name in ("PixelSpacing", "ImagerPixelSpacing"))
    imager = imager or _pair(header, "NominalScannedPixelSpacing")
    if pixel and (_text(header, "PixelSpacingCalibrationType") or (imager and imager != pixel)):
        return _square(pixel, "calibrated")
    at_detector = imager or pixel
    factor = _number(_text(header, "EstimatedRadiographicMagnificationFactor"))
    if at_detector and factor:
        return _square([each / factor for each in at_detector], "detector over magnification")
    return _square(at_detector, "detector") if at_detector else (None, "none")


def polarity(header):
    """Return what the header says of black and white, such as ``MONOCHROME1/INVERSE``."""
    return "/".join(filter(None, (_text(header, "PhotometricInterpretation"), _text(header, "PresentationLUTShape"))))


def visit_date(header):
    """Return the earlier of the study's date and the film's: a film that was sent again has its study dated later."""
    dates = [_date(_text(header, name)) for name in ("StudyDate", "AcquisitionDate")]
    return min(filter(None, dates), default=None)


def _date(text):
    try:
        return datetime.date.fromisoformat(text.replace(".", ""))
    except ValueError:
        return None


def _square(pair, source):
    rows, columns = pair
    return (rows, source) if abs(rows - columns) <= _SQUARE * rows else (None, "pixels are not square")


def _pair(header, name):
    values = [_number(each) for each in _several(header, name)]
    return values if len(values) == 2 and all(values) else None


def _number(value):
    """Return a number above zero, None for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 < number < float("inf") else None


def _text(header, name):
    return " ".join(_several(header, name)).strip()


def _several(header, name):
    """Return the values of an element as texts, of one that was read without building pydicom's own value of it.

    That takes as long as reading the file; codes, dates, numbers and UIDs are ASCII in the file as they are.
    """
    element = header.get_item(name)
    value = None if element is None else element.value
    if isinstance(value, bytes):
        value = value.decode("latin-1").strip(" \0").split("\\")
    if value is None or value == [""]:
        return []
    return [str(value)] if isinstance(value, (str, float, int)) else [str(each).strip() for each in value]
