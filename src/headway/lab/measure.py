"""What a process uses while requests run: CPU, memory, threads, switches. Read from outside, so it costs it nothing."""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from headway.runs.schemas import Usage

SAMPLE_EVERY = 0.1
# PSS walks every mapping while the process cannot change any; switches are a file for each thread.
DEAR_EVERY = 5
FIRST_DEAR = 2  # with requests under way, in a short run too
MB = 1_000_000
# What reading about a process raises that ends in the same moment.
GONE = (psutil.Error, OSError)

Switches = dict[int, tuple[int, int]]  # thread -> voluntary, involuntary


class Measured:
    """Filled when the `with` block ends; `usage` is None where there was no process, `note` says what is amiss."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.note: str | None = None


class Meter:
    """Of one process, which may end at any moment."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def rest(self) -> Usage | None:
        """As it is now; CPU and switches are 0, because nothing runs. None where it is gone."""
        with contextlib.suppress(*GONE):
            return _Samples(psutil.Process(self.pid)).usage()
        return None

    @contextlib.contextmanager
    def during(self) -> Iterator[Measured]:
        """Samples in a thread until the block ends."""
        measured = Measured()
        try:
            samples = _Samples(psutil.Process(self.pid))
        except GONE:
            samples = None
        if samples is not None:
            samples.start()
        try:
            yield measured
        finally:
            if samples is not None:
                samples.stop()
        if samples is None:
            measured.note = "The process was gone before it was measured."
        else:
            measured.usage, measured.note = samples.usage(), samples.note()


class _Samples:
    """The first, the highest and the last of everything. Raises one of GONE if the process is."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._gone = False
        self._rss = self._virtual = self._threads = 0
        self._pss: int | None = None
        self._first_cpu = self._last_cpu = cpu_seconds(process)
        self._first_switches = switches(process.pid)
        self._last_switches = dict(self._first_switches)
        self._living = set(self._first_switches)
        self._ended = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="lab-meter", daemon=True)
        self._look(dear=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self._try_to_look(dear=True)

    def _watch(self) -> None:
        turn = 0
        while not self._gone and not self._over.wait(SAMPLE_EVERY):
            turn += 1
            self._try_to_look(dear=turn % DEAR_EVERY == FIRST_DEAR)

    def _try_to_look(self, dear: bool) -> None:
        try:
            self._look(dear)
        except GONE:
            self._gone = True

    def _look(self, dear: bool) -> None:
        memory = self._process.memory_info()
        if not memory.rss:  # ended, and nobody has waited for it yet
            raise psutil.NoSuchProcess(self._process.pid)
        self._rss, self._virtual = max(self._rss, memory.rss), max(self._virtual, memory.vms)
        self._threads = max(self._threads, self._process.num_threads())
        self._last_cpu = cpu_seconds(self._process)
        if dear:
            seen = switches(self._process.pid)
            self._ended = self._ended or not self._living <= seen.keys()
            self._living |= seen.keys()
            self._last_switches.update(seen)
            pss = proportional(self._process.pid)
            self._pss = pss if self._pss is None else max(self._pss, pss or 0)

    def usage(self) -> Usage:
        voluntary, involuntary = (
            sum(last[i] - self._first_switches.get(thread, (0, 0))[i] for thread, last in self._last_switches.items())
            for i in (0, 1)
        )
        return Usage(
            cpu_seconds=self._last_cpu - self._first_cpu,
            voluntary_switches=voluntary,
            involuntary_switches=involuntary,
            threads=self._threads,
            rss=self._rss / MB,
            pss=None if self._pss is None else self._pss / MB,
            virtual=self._virtual / MB,
        )

    def note(self) -> str | None:
        if self._gone:
            return "The process ended while it was measured: its figures are those of the last look."
        if self._ended:
            return "Threads ended meanwhile: their last switches, up to half a second of each, are not counted."
        return None


def cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user) + float(times.system)


def cpu_of(pids: Iterable[int]) -> float:
    """CPU seconds of those that are there, since each began."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            total += cpu_seconds(psutil.Process(pid))
    return total


def cpu_of_family(pid: int) -> float:
    """CPU seconds of a process and its children, ended ones too: for PostgreSQL, whose sessions come and go."""
    try:
        head = psutil.Process(pid)
        times = head.cpu_times()
        living = cpu_of([pid, *(child.pid for child in head.children())])
        return living + float(times.children_user) + float(times.children_system)
    except psutil.Error:
        return 0.0


def switches(pid: int) -> Switches:
    """Context switches of each thread; where there is no /proc, of the process as a whole (thread 0).

    /proc/PID/status, which psutil reads on Linux, is about the main thread alone.
    """
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        counts = psutil.Process(pid).num_ctx_switches()
        return {0: (counts.voluntary, counts.involuntary)}
    found = {}
    for task in tasks.iterdir():
        with contextlib.suppress(OSError):  # it ended meanwhile
            found[int(task.name)] = _switches_in((task / "status").read_text())
    return found


def _switches_in(status: str) -> tuple[int, int]:
    # The last two lines: voluntary_ctxt_switches and nonvoluntary_ctxt_switches.
    voluntary, involuntary = (int(line.rpartition(":")[2]) for line in status.rstrip().splitlines()[-2:])
    return voluntary, involuntary


def proportional(pid: int) -> int | None:
    """PSS in bytes: what it shares with others is divided among them. None where the system does not tell it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)
