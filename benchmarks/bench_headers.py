"""How long does the table of a folder of DICOM films take beside pydicom's own reading of the same elements?

Films of one size with a header of some sixty elements lie in a folder for temporary files (TMPDIR moves it) and are
kept between runs. Their pixels are not read. pydicom reads the elements that the table needs; in a second way all their
values are looked at too. skerosion's table takes more: it finds the films by content, checks and filters them, renames
patients and films by a key, counts days, and makes a DataFrame of it.
"""

import functools
import pathlib
import tempfile
import time

from _harness import Case, Comparison, Question, compare

KEY = bytes(range(32))
SIDE = 64


def folder_of(sizes):
    """Where the films lie."""
    return pathlib.Path(tempfile.gettempdir(), "skerosion-benchmarks", f"headers-{sizes['films']}")


def prepare(sizes):
    """Write the films, unless they are there."""
    folder = folder_of(sizes)
    if folder.exists():
        return
    folder.mkdir(parents=True)
    for number in range(sizes["films"]):
        make_film(number).save_as(folder / f"IM{number:06d}", enforce_file_format=True)


def make_film(number):
    """A film of a CR as an archive sends it."""
    import numpy as np
    import pydicom

    film = pydicom.Dataset()
    film.SOPClassUID, film.SOPInstanceUID = pydicom.uid.ComputedRadiographyImageStorage, f"1.2.826.0.1.{number + 1}"
    film.PatientID, film.IssuerOfPatientID, film.PatientName = f"{number // 5:08d}", "hospital", "Doe^Jane"
    film.StudyDate, film.AcquisitionDate = f"20{number % 20 + 10}0110", f"20{number % 20 + 10}0110"
    film.Modality, film.BodyPartExamined, film.ViewPosition = "CR", "HAND", "PA"
    film.Manufacturer, film.ManufacturerModelName, film.BurnedInAnnotation = "Maker", "Model", "NO"
    film.PixelSpacing = film.ImagerPixelSpacing = [0.15, 0.15]
    film.ImageLaterality, film.PatientOrientation = "LR"[number % 2], ["L", "F"]
    film.PhotometricInterpretation, film.PresentationLUTShape = "MONOCHROME2", "IDENTITY"
    film.WindowCenter, film.WindowWidth, film.VOILUTFunction = [2048, 1000], [4096, 900], "LINEAR"
    film.Rows = film.Columns = SIDE
    film.SamplesPerPixel, film.BitsAllocated, film.BitsStored, film.HighBit, film.PixelRepresentation = 1, 16, 12, 11, 0
    for name in ("InstitutionName", "StationName", "StudyDescription", "SeriesDescription", "ProtocolName", "StudyID"):
        setattr(film, name, "text of a header")
    block = film.private_block(0x0019, "MAKER", create=True)
    for element in range(24):
        block.add_new(element, "LO", "of the maker alone")
    film.PixelData = np.zeros((SIDE, SIDE), "<u2").tobytes()
    film.file_meta = pydicom.dataset.FileMetaDataset()
    film.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    return film


def read_with_pydicom(sizes, values):
    """Seconds in which pydicom reads the elements, and each value is looked at where `values` says so."""
    import pydicom

    from skerosion.datasets.dicom import HEADER_TAGS

    started = time.perf_counter()
    for path in sorted(folder_of(sizes).iterdir()):
        header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(HEADER_TAGS))
        for tag in HEADER_TAGS if values else ():
            header.get(tag)
    return {"seconds": time.perf_counter() - started}


def tabulate(sizes):
    """Seconds in which skerosion makes the table."""
    from skerosion.datasets import tabulate_films

    started = time.perf_counter()
    films = tabulate_films(folder_of(sizes), KEY)
    seconds = time.perf_counter() - started
    if len(films.frame) != sizes["films"]:
        raise ValueError(f"{len(films.frame)} of {sizes['films']} films are in the table")
    return {"seconds": seconds}


COMPARISON = Comparison(
    cases={
        "table": Case(tabulate, "skerosion"),
        "values": Case(functools.partial(read_with_pydicom, values=True), "pydicom"),
        "headers": Case(functools.partial(read_with_pydicom, values=False), "pydicom"),
    },
    questions=[
        Question(
            "{films} DICOM films: the table of their folder, beside reading the same elements and their values",
            ("table", "seconds"),
            ("values", "seconds"),
            at_most=1.3,
        ),
        Question(
            "{films} DICOM films: the table of their folder, beside reading the same elements without their values",
            ("table", "seconds"),
            ("headers", "seconds"),
        ),
    ],
    sizes={"films": 10000},
    quick={"films": 40},
    prepare=prepare,
)

if __name__ == "__main__":
    compare(COMPARISON)
