"""What a target is: its kind, the order of its grades, how numbers fall into grades, and how one grade is decided.

The names below are for the other rooms; none is promised.
"""

from skerosion.grades._binning import bin_edges as bin_edges
from skerosion.grades._binning import grades_of as grades_of
from skerosion.grades._classes import class_positions as class_positions
from skerosion.grades._classes import cumulate as cumulate
from skerosion.grades._classes import normalize as normalize
from skerosion.grades._decisions import balanced_probabilities as balanced_probabilities
from skerosion.grades._decisions import cost_matrix as cost_matrix
from skerosion.grades._decisions import decide as decide
from skerosion.grades._looks import are_plain_grades as are_plain_grades
from skerosion.grades._looks import are_shares as are_shares
from skerosion.grades._looks import check_percentages as check_percentages
from skerosion.grades._looks import note_of_grades as note_of_grades
from skerosion.grades._order import as_ordered as as_ordered
from skerosion.grades._order import is_number as is_number
from skerosion.grades._order import name_of as name_of
from skerosion.grades._order import one_order as one_order
from skerosion.grades._order import order_of as order_of
from skerosion.grades._order import plain_values as plain_values
from skerosion.grades._reading import read_grades as read_grades
from skerosion.grades._reading import whole_where_possible as whole_where_possible
from skerosion.grades._target import Target as Target
from skerosion.grades._votes import changed_votes as changed_votes
from skerosion.grades._votes import checked_votes as checked_votes
from skerosion.grades._votes import median_vote as median_vote
from skerosion.grades._votes import votes_as_places as votes_as_places
from skerosion.grades._votes import was_cast as was_cast
