"""Folders of DICOM films become tables of images: what headers say of each film, and names that give nobody away."""

from ._film_table import FILMS_STAY as FILMS_STAY
from ._film_table import FilmTable as FilmTable
from ._film_table import film_names as film_names
from ._film_table import tabulate_films as tabulate_films
from ._headers import HEADER_TAGS as HEADER_TAGS
from ._load import load_dicom_table as load_dicom_table
