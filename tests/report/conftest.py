"""What reports are made of."""

from tests.small_results import estimators as estimators
from tests.small_results import finished as finished
from tests.small_results import joints as joints
from tests.small_results import plan as plan
from tests.small_results import registry as registry
from tests.small_results import registry_study as registry_study
from tests.small_results import result as result
from tests.small_results import study as study
