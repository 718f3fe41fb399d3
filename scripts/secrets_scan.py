"""Looks for secrets in the files that git keeps: `uv run python scripts/secrets_scan.py`, with detect-secrets.

What is in `.secrets.baseline` has been looked at and is none: made-up addresses in documents and tests. Anything else
fails, by file and line. After looking at it yourself: `… secrets_scan.py --accept` writes the baseline anew.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from detect_secrets.core import baseline
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parent.parent
BASELINE = ROOT / ".secrets.baseline"
# Pinned hashes, built pages, pictures, and what is generated from the code.
LEFT_OUT = re.compile(r"(^|/)(uv\.lock|package-lock\.json|openapi\.json|generated/.*|webui/.*|\.secrets\.baseline)$")
BINARY = {".png", ".ico", ".woff2", ".gz", ".zst", ".zip", ".jpg"}
# Words like password= stand in every test of signing in; ruff's S105 and S106 look for those in what runs.
PLUGINS = [
    "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "DiscordBotTokenDetector",
    "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector", "MailchimpDetector", "NpmDetector",
    "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector",
    "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
]  # fmt: skip


def tracked() -> list[str]:
    """The text files that git keeps, relative to the project's folder."""
    command = ["git", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    kept = [name for name in names if name and not LEFT_OUT.search(name) and Path(name).suffix not in BINARY]
    return [name for name in kept if (ROOT / name).is_file()]


def main() -> int:
    os.chdir(ROOT)  # so that the baseline names files as git does
    found = SecretsCollection()
    with transient_settings({"plugins_used": [{"name": name} for name in PLUGINS]}):
        for name in tracked():
            found.scan_file(name)
        if "--accept" in sys.argv:
            baseline.save_to_file(found, str(BASELINE))
            return 0
        known = SecretsCollection.load_from_baseline(baseline.load_from_file(str(BASELINE)))
    new = sorted((name, secret) for name, secret in found - known)
    for name, secret in new:
        sys.stdout.write(f"{name}:{secret.line_number}: {secret.type}\n")
    sys.stdout.write(f"{len(tracked())} files, {len(new)} that look like secrets and nobody has looked at\n")
    return int(bool(new))


if __name__ == "__main__":
    sys.exit(main())
