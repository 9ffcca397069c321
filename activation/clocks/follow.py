"""What follows when dated data moves: the cases whose deadlines hang on it are derived anew, now or in the night."""

from collections.abc import Sequence

from activation.clocks.service import recompute
from activation.database import chunks
from activation.records.history import touch

# So many are derived before the page answers. Of more, sessions and tasks wait for the nightly run over all cases.
AT_ONCE = 500


def follow(case_ids: Sequence[int], *, clocks: bool = True) -> bool:
    """Lets these cases follow; says whether all of it happens now.

    Where there are too many, their clocks move now (`clocks`) and the rest in the night.
    """
    if len(case_ids) <= AT_ONCE:
        for case_id in case_ids:
            touch(case_id)
        return True
    if clocks:
        for part in chunks(list(case_ids)):
            recompute(part)
    return False
