"""A flag shared by a worker and the child it forks for a job: finish what is claimed, claim nothing new."""

import mmap


class StopFlag:
    """A byte of shared memory. A stopped RQ worker waits for its running job; this lets the job know."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1)

    def raise_it(self) -> None:
        """Request a stop. Safe in a signal handler."""
        self._memory[0] = 1

    @property
    def is_raised(self) -> bool:
        """Whether a stop was requested."""
        return self._memory[0] == 1
