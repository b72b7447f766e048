"""One flag that a worker and the child it forked for a job both see: finish what you hold, take nothing new."""

import mmap


class StopFlag:
    """A byte of shared memory. RQ waits for the running job when it is told to stop; this tells the job."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1)

    def raise_it(self) -> None:
        """Ask for the stop. Safe in a signal handler."""
        self._memory[0] = 1

    @property
    def is_raised(self) -> bool:
        """Whether the stop was asked for."""
        return self._memory[0] == 1
