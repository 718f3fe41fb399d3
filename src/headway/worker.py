"""The one list of jobs: what can be asked for with `jobs.commands.enqueue`, and what it does."""

from headway.jobs.kinds import Kinds, Outside
from headway.letters import commands as letters
from headway.letters.sending import do_letter

JOBS: Kinds = {
    letters.JOB: Outside(do_letter),
}
