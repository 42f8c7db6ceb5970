"""Small DICOM films for tests, with every element that the tables of films read."""

import numpy as np
import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

KEY = b"a key for tests, of 30 bytes.."
CR = "1.2.840.10008.5.1.4.1.1.1"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
SR = "1.2.840.10008.5.1.4.1.1.88.11"
UNSIGNED_12 = {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0}
TOLD = {
    "PatientID": "4711",
    "PatientName": "Doe^Jane",
    "StudyDate": "20200110",
    "Modality": "CR",
    "BodyPartExamined": "HAND",
    "ViewPosition": "PA",
    "ImageLaterality": "L",
    "PixelSpacing": [0.15, 0.15],
    "Manufacturer": "Maker",
    "PhotometricInterpretation": "MONOCHROME2",
    "BurnedInAnnotation": "NO",
}


def limb(height=24, width=20, bone=3000, air=100):
    """Stored values of something bright amid air."""
    pixels = np.full((height, width), air, dtype=np.uint16)
    pixels[height // 4 : -height // 4, width // 4 : -width // 4] = bone
    return pixels


def make_film(pixels=None, kind=CR, syntax=ExplicitVRLittleEndian, **elements):
    """Return a film, with elements set, or left out where they are None."""
    film = pydicom.Dataset()
    film.SOPClassUID, film.SOPInstanceUID = kind, generate_uid()
    if kind != SR:
        pixels = limb() if pixels is None else pixels
        film.Rows, film.Columns = pixels.shape
        film.SamplesPerPixel, film.PixelData = 1, pixels.tobytes()
        elements = UNSIGNED_12 | elements
    for name, value in (TOLD | elements).items():
        if value is not None:
            setattr(film, name, value)
    film.file_meta = FileMetaDataset()
    film.file_meta.TransferSyntaxUID = syntax
    film.file_meta.MediaStorageSOPClassUID, film.file_meta.MediaStorageSOPInstanceUID = kind, film.SOPInstanceUID
    return film


def write_film(path, pixels=None, **elements):
    """Write a film and return its SOPInstanceUID."""
    path.parent.mkdir(parents=True, exist_ok=True)
    film = make_film(pixels, **elements)
    film.save_as(path, enforce_file_format=True)
    return str(film.SOPInstanceUID)
