"""Named points at which a test kills the process, to show that nothing is lost there.

To add one: its name here, a call of `reach`, and a test in `tests/faults` that visits it.
"""

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
    "automation.before_commit",
    "automation.after_commit",
    "delivery.after_claim",
    "delivery.after_send",
    "delivery.after_commit",
    "digest.after_commit",
    "author_mail.after_commit",
    "backup.before_rename",
    "restore.before_commit",
    "restore.after_commit",
    "import.after_batch",
    "site_removal.after_batch",
    "erasure.after_note",
    "erasure.after_batch",
    "erasure_list.before_rename",
    "retention.after_batch",
    "resealing.after_batch",
    "learning.after_read",
    "learning.after_replay",
    "learning.after_commit",
    "bulk.before_decisions",
    "bulk.after_decisions",
)


def reach(name: str) -> None:
    """Kill this process with SIGKILL if REJOINDER_FAILPOINT names this point."""
    if name == _ARMED:
        os.kill(os.getpid(), signal.SIGKILL)
