"""Named points at which a test may kill the process, to prove that nothing is lost there. Off unless named."""

import os
import signal

_ARMED = os.environ.get("REJOINDER_FAILPOINT", "")

FAILPOINTS = (
    "intake.before_commit",
    "intake.after_commit",
    "intake.after_ring",
    "scoring.after_claim",
    "scoring.after_score",
    "scoring.after_commit",
    "delivery.after_claim",
    "delivery.after_send",
    "delivery.after_commit",
)


def reach(name: str) -> None:
    """Die here, as by kill -9, if this is the point that REJOINDER_FAILPOINT names."""
    if name == _ARMED:
        os.kill(os.getpid(), signal.SIGKILL)
