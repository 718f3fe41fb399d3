"""The figures as Prometheus reads them. Every worker's in one answer, told apart by a label."""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from headway.operations.tally import BOUNDS

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# name, part of a worker's state, its figure, whether it only ever grows, help
SIMPLE = (
    ("pool_size", "pool", "size", False, "Connections that the pool holds at most."),
    ("pool_checked_out", "pool", "checked_out", False, "Connections that are in use."),
    ("pool_waiting", "pool", "waiting", False, "Tasks that wait for a connection."),
    ("admission_places", "admission", "places", False, "Requests of the API that may be at work at once."),
    ("admission_active", "admission", "active", False, "Requests of the API at work."),
    ("admission_queued", "admission", "queued", False, "Requests of the API in line."),
    ("admission_refused", "admission", "refused", True, "Requests answered 503 because the line was full."),
    ("admission_gone", "admission", "gone", True, "Requests whose client had gone before their turn."),
    ("hot_active", "hot", "active", False, "Tasks, pages and boards being answered."),
    ("hot_queued", "hot", "queued", False, "Requests for tasks, pages and boards in line."),
    ("hot_refused", "hot", "refused", True, "Requests for them answered 503 because their line was full."),
    ("kept_answers", "kept", "answers", False, "Pages and boards kept."),
    ("kept_bytes", "kept", "bytes", False, "What they take, in bytes."),
    ("kept_used", "kept", "used", True, "Pages and boards answered from what was kept and is still the present state."),
    ("kept_built", "kept", "built", True, "Pages and boards built."),
    ("live_viewers", "hub", "viewers", False, "Open sockets and streams."),
    ("live_topics", "hub", "topics", False, "Topics that somebody follows."),
    ("live_frames_queued", "hub", "queued", False, "Frames that wait for their clients."),
    ("live_frames", "hub", "frames", True, "Frames of events handed to viewers."),
    ("process_resident_memory_bytes", "process", "memory", False, "Resident memory."),
    ("process_open_fds", "process", "files", False, "Open file descriptors."),
    ("process_threads", "process", "threads", False, "Threads."),
    ("process_cpu_seconds", "process", "cpu", True, "CPU time, user and system."),
)
DATABASE = (
    ("size_bytes", "size", "Size on disk."),
    ("connections_allowed", "allowed", "Connections that the server gives this database and role."),
    ("connections_open", "open", "Connections to this database."),
    ("connections_active", "active", "Connections that are running a statement."),
    ("connections_idle_in_transaction", "idle_in_transaction", "Connections that hold a transaction and do nothing."),
)

Workers = Iterable[dict[str, Any]]


class Figures(Collector):
    """One scrape's figures."""

    def __init__(
        self,
        workers: Workers,
        database: dict[str, Any] | None,
        jobs: list[dict[str, Any]] | None,
        needed: int,
    ) -> None:
        self.workers, self.database, self.jobs, self.needed = list(workers), database, jobs, needed

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("headway_build_info", "Always 1.", labels=["worker", "version"])
        started = GaugeMetricFamily("headway_process_start_time_seconds", "Since the epoch.", labels=["worker"])
        for one in self.workers:
            build.add_metric([str(one["worker"]), one["version"]], 1)
            started.add_metric([str(one["worker"])], one["started_at"])
        yield from (build, started)
        for name, part, figure, grows, about in SIMPLE:
            family = (CounterMetricFamily if grows else GaugeMetricFamily)(f"headway_{name}", about, labels=["worker"])
            for one in self.workers:
                if (value := one.get(part, {}).get(figure)) is not None:
                    family.add_metric([str(one["worker"])], value)
            yield family
        yield self._quantiles("event_loop_lag_seconds", "loop", "How late the event loop was in the last minute.")
        yield self._quantiles("live_delay_seconds", "hub", "From an event's time to its viewers, lately.")
        yield self._requests()
        yield from self._chores()
        yield from self._of_database()

    def _quantiles(self, name: str, part: str, about: str) -> Metric:
        family = GaugeMetricFamily(f"headway_{name}", about, labels=["worker", "quantile"])
        for one in self.workers:
            for quantile, label in (("p50", "0.5"), ("p99", "0.99"), ("max", "1")):
                if (value := one.get(part, {}).get(quantile)) is not None:
                    family.add_metric([str(one["worker"]), label], value)
        return family

    def _requests(self) -> Metric:
        labels = ["worker", "method", "route", "status"]
        family = HistogramMetricFamily("headway_request_seconds", "From headers to headers.", labels=labels)
        for one in self.workers:
            for row in one["requests"]:
                buckets, running = [], 0
                for bound, count in zip((*map(str, BOUNDS), "+Inf"), row["buckets"], strict=True):
                    running += count
                    buckets.append((bound, running))
                of = [str(one["worker"]), row["method"], row["route"], str(row["status"])]
                family.add_metric(of, buckets, sum_value=row["total"])
        return family

    def _chores(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("headway_chore_done_seconds", "When it was last done.", labels=["chore"])
        done: dict[str, float] = {}
        for one in self.workers:
            for name, at in one.get("chores", {}).items():
                done[name] = max(at, done.get(name, 0))
        for name, at in done.items():
            family.add_metric([name], at)
        yield family

    def _of_database(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("headway_database_up", "Whether it answered in time.", int(self.database is not None))
        needed = "Connections that all web processes of this server take at most."
        yield GaugeMetricFamily("headway_database_connections_needed", needed, self.needed)
        for name, figure, about in DATABASE:
            if self.database is not None and self.database[figure] is not None:
                yield GaugeMetricFamily(f"headway_database_{name}", about, self.database[figure])
        if self.jobs is None:
            return
        jobs = GaugeMetricFamily("headway_jobs", "Jobs by name and how they stand.", labels=["name", "state"])
        overdue = GaugeMetricFamily("headway_jobs_overdue_seconds", "Age of the longest due one.", labels=["name"])
        for row in self.jobs:
            for state in ("waiting", "trying", "dead"):
                jobs.add_metric([row["name"], state], row[state])
            overdue.add_metric([row["name"]], row["overdue_seconds"])
        yield from (jobs, overdue)


def exposed(figures: Figures) -> bytes:
    """The text of a scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures)
    return generate_latest(registry)
