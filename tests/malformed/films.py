"""Small whole films and pictures that readers of images start from."""

import io
import pathlib
import tempfile

import numpy as np
from PIL import Image

TOLD = {"WindowCenter": "1500", "WindowWidth": "3000", "RescaleSlope": "1", "RescaleIntercept": "0"}


def smooth(size=(24, 32), deepest=255):
    """Return grey values of no noise, which are small files of every kind."""
    rows, columns = np.ogrid[: size[0], : size[1]]
    return ((np.sin(rows / 5) + np.cos(columns / 7) + 2) * deepest / 4).astype("uint16" if deepest > 255 else "uint8")


def written(picture, kind, **options):
    """Return the bytes of a picture."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def films():
    """Return DICOM films of several transfer syntaxes."""
    import pydicom.uid as uids

    from tests.dicom_films import make_film

    syntaxes = {
        "explicit.dcm": uids.ExplicitVRLittleEndian,
        "implicit.dcm": uids.ImplicitVRLittleEndian,
        "big.dcm": uids.ExplicitVRBigEndian,
        "deflated.dcm": uids.DeflatedExplicitVRLittleEndian,
    }
    shutter = {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [12, 10], "RadiusOfCircularShutter": "9"}
    contents = {}
    for name, syntax in syntaxes.items():
        file = io.BytesIO()
        make_film(syntax=syntax, **TOLD, **shutter).save_as(file, enforce_file_format=True)
        contents[name] = file.getvalue()
    return contents


def compressed_films():
    """Return DICOM films whose pixels are compressed in each way that radiographs are."""
    import pydicom.uid as uids
    from pydicom.encaps import encapsulate

    from tests.dicom_films import make_film

    def bytes_of(film):
        file = io.BytesIO()
        film.save_as(file, enforce_file_format=True)
        return file.getvalue()

    syntaxes = {"rle.dcm": uids.RLELossless, "jpeg_ls.dcm": uids.JPEGLSLossless, "j2k.dcm": uids.JPEG2000Lossless}
    contents = {}
    for name, syntax in syntaxes.items():
        film = make_film(smooth((64, 64), 4095), **TOLD)
        film.compress(syntax)
        contents[name] = bytes_of(film)
    film = make_film(smooth((64, 64)), **TOLD, BitsAllocated=8, BitsStored=8, HighBit=7)
    plain = bytes_of(film)
    film.PixelData = encapsulate([written(Image.fromarray(smooth((64, 64))), "JPEG")])
    film["PixelData"].VR, film["PixelData"].is_undefined_length = "OB", True
    film.file_meta.TransferSyntaxUID = uids.JPEGBaseline8Bit
    return contents | {"jpeg.dcm": bytes_of(film), "lossless_jpeg.dcm": as_lossless_jpeg(plain)}


def as_lossless_jpeg(content):
    """Return a DICOM film that GDCM has compressed, which alone writes what pydicom only reads."""
    import gdcm

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "film.dcm")
        path.write_bytes(content)
        reader, change, writer = gdcm.ImageReader(), gdcm.ImageChangeTransferSyntax(), gdcm.ImageWriter()
        reader.SetFileName(str(path))
        assert reader.Read()
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        writer.SetFileName(str(path))
        assert writer.Write()
        return path.read_bytes()
