"""Joints on films: where points say they are, and the crops that are cut about them."""

from ._box_maps import apply_map as apply_map
from ._box_maps import box_maps as box_maps
from ._box_maps import corners as corners
from ._box_maps import inverted as inverted
from ._boxed_points import FILM_PROBLEMS as FILM_PROBLEMS
from ._crop_files import CropSource as CropSource
from ._crop_folder import CUT as CUT
from ._crop_folder import OF_FILMS as OF_FILMS
from ._crop_folder import missing_joints as missing_joints
from ._crop_folder import shown_names as shown_names
from ._crop_folder import write_crops as write_crops
from ._crop_margins import CropsWithMargin as CropsWithMargin
from ._cropping import JointCropper as JointCropper
from ._cropping import JointCrops as JointCrops
from ._cropping import crop_joints as crop_joints
from ._film_list import film_list as film_list
from ._film_overlay import map_on_film as map_on_film
from ._film_sampling import sample_film as sample_film
from ._hand_axes import joint_frames as joint_frames
from ._joint_scores import load_joint_scores as load_joint_scores
from ._moved_crops import cut_again as cut_again
from ._point_names import point_name as point_name
from ._points_table import points_table as points_table
from ._readers_mean import one_reader as one_reader
from ._reading_points import load_points as load_points
from ._suspicious import find_suspicious as find_suspicious
