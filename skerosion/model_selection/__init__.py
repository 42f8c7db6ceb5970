"""Parts that no patient straddles, audits of splits, and searches on several machines."""

from skerosion.model_selection._audit import SplitAudit as SplitAudit
from skerosion.model_selection._audit import audit_split
from skerosion.model_selection._search_client import search_client
from skerosion.model_selection._three_way import GroupTrainValidationTestSplit, train_validation_test_split
from skerosion.model_selection._three_way import SplitPart as SplitPart
from skerosion.model_selection._three_way import check_sizes as check_sizes
from skerosion.model_selection._validation_split import check_sides as check_sides
from skerosion.model_selection._validation_split import first_split as first_split
from skerosion.model_selection._validation_split import predefined_for as predefined_for
from skerosion.model_selection._validation_split import stand_ins as stand_ins
from skerosion.model_selection._validation_split import wants_groups as wants_groups

__all__ = [
    "GroupTrainValidationTestSplit",
    "audit_split",
    "search_client",
    "train_validation_test_split",
]
