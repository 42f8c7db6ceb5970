"""What a processor can do that no default makes use of."""

import shutil
from pathlib import Path

from ._printing import say

CPUINFO = "/proc/cpuinfo"
"""What Linux says of its processors."""

BY_OPTION, BY_SETTING = "--set dtype_policy=mixed_bfloat16", '"dtype_policy": "mixed_bfloat16" in the settings'


def bfloat16_instructions():
    """Names of the processor's instructions for bfloat16, None where the system does not tell."""
    try:
        flags = set(Path(CPUINFO).read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return None
    return sorted(flags & {"avx512_bf16", "amx_bf16", "bf16"})


def say_of_bfloat16(setting, chosen):
    """Say in a line that training in bfloat16 may be faster here; whether to do so is the user's choice.

    Parameters
    ----------
    setting : str
        What asks for it.
    chosen : dict or list
        Parameters or settings; where they name a dtype policy nothing is said.
    """
    has = [name for name in bfloat16_instructions() or () if name != "bf16"]
    # A GPU trains, where there is one.
    if has and not _names_policy(chosen) and not shutil.which("nvidia-smi"):
        say(
            f"This processor has {' and '.join(has)}: with {setting} networks may train in little more than half the "
            "time, but compute with two to three digits, so compare their scores first. Training is in float32 now."
        )


def _names_policy(chosen):
    """Whether a dtype policy is named, of an estimator within another too."""
    values = chosen.values() if isinstance(chosen, dict) else chosen if isinstance(chosen, (list, tuple)) else ()
    return (isinstance(chosen, dict) and "dtype_policy" in chosen) or any(map(_names_policy, values))
