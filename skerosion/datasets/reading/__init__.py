"""Reading what lies in files: images by content, tables as text, and what is missing or odd in their columns.

Nothing here knows of rows that can be fitted; the names are for `skerosion.datasets` and its other sub-rooms.
"""

from ._bits import check_bits as check_bits
from ._bits import unused_bits as unused_bits
from ._caches import DiskCache as DiskCache
from ._caches import MemoryCache as MemoryCache
from ._caches import file_state as file_state
from ._caches import folder_of as folder_of
from ._csv import read_text_table as read_text_table
from ._dicom_images import dicom_picture as dicom_picture
from ._dicom_images import film_choices as film_choices
from ._dicom_images import is_dicom as is_dicom
from ._dicom_images import read_dataset as read_dataset
from ._findings import Findings as Findings
from ._findings import ImageTableError as ImageTableError
from ._findings import listed as listed
from ._folder_table import tabulate_images as tabulate_images
from ._images import content_digest as content_digest
from ._images import decode_image as decode_image
from ._images import image_size as image_size
from ._images import picture_pixels as picture_pixels
from ._images import read_bytes as read_bytes
from ._images import read_image as read_image
from ._images import unreadable as unreadable
from ._picture_files import IMAGE_ENDINGS as IMAGE_ENDINGS
from ._picture_files import files_below as files_below
from ._picture_files import holds_films as holds_films
from ._picture_files import image_paths as image_paths
from ._picture_files import in_natural_order as in_natural_order
from ._picture_files import is_film as is_film
from ._picture_files import is_path as is_path
from ._sizes import chosen_size as chosen_size
from ._sizes import common_size as common_size
from ._sizes import times as times
from ._table_columns import check_columns as check_columns
from ._table_columns import is_missing as is_missing
from ._table_columns import name_look_alikes as name_look_alikes
from ._table_columns import read_frame as read_frame
from ._table_columns import read_groups as read_groups
from ._table_columns import read_keys as read_keys
from ._table_columns import read_names as read_names
from ._table_columns import read_target as read_target
from ._table_columns import resolve as resolve
from ._table_columns import says_no_number as says_no_number
from ._table_columns import with_numbers as with_numbers
from ._threads import for_each as for_each
from ._value_chain import polarity_contradiction as polarity_contradiction
from ._value_chain import windows_of as windows_of
