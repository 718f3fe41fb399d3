"""The one list of jobs: what can be asked for with `jobs.commands.enqueue`, and what it does."""

from headway.accounts import reset_jobs as accounts
from headway.jobs.kinds import Kinds, Outside
from headway.letters import commands as letters
from headway.letters.sending import do_letter
from headway.workspaces.invitation_commands import INVITATION
from headway.workspaces.invitation_jobs import mail_invitation

JOBS: Kinds = {
    letters.JOB: Outside(do_letter),
    accounts.RESET: Outside(accounts.mail_reset),
    accounts.PROOF: Outside(accounts.mail_proof),
    INVITATION: Outside(mail_invitation),
}
