"""Model selection: train, validation and test parts that no patient straddles, and searches on several machines."""

from skerosion.model_selection._search_client import search_client
from skerosion.model_selection._three_way import GroupTrainValidationTestSplit, train_validation_test_split
from skerosion.model_selection._three_way import SplitPart as SplitPart
from skerosion.model_selection._validation_split import first_split as first_split

__all__ = [
    "GroupTrainValidationTestSplit",
    "search_client",
    "train_validation_test_split",
]
