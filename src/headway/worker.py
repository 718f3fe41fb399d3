"""The one list of jobs: what can be asked for with `jobs.commands.enqueue`, and what it does."""

from headway.jobs.kinds import Kinds

JOBS: Kinds = {}
