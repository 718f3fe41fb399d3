"""Stands in for `headway lab run --progress lines --stdin-is-owner`: does what it is told over a named pipe.

Takes the lab's lock, says how it was called, and then follows the lines of the pipe: a line of JSON is told as it
stands, `keep FILE` keeps a result, `end` ends it well, `fail WORDS` as a command that cannot start, and `die` without
a word.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from headway.runs import kept
from headway.runs.schemas import Ended, Progress, Result


def stop_with_owner() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


def say(words: str) -> None:
    print(words, flush=True)


def main() -> int:
    threading.Thread(target=stop_with_owner, daemon=True).start()
    home = Path(sys.argv[3])  # after --home
    done, how = "", "finished"
    with kept.lab_lock(home):
        say(Progress(done=0, of=10, doing=" ".join(sys.argv[4:]) or "all").model_dump_json())
        try:
            with Path(sys.argv[1]).open() as told:
                for line in told:
                    word, _, rest = line.strip().partition(" ")
                    if word == "keep":
                        result = Result.model_validate_json(Path(rest).read_bytes())
                        kept.save(home, result)
                        kept.save_report(home, result.id, f"<!doctype html><title>Report</title>{result.id}")
                        done = result.id
                    elif word == "end":
                        break
                    elif word == "fail":
                        print(f"headway: {rest}", file=sys.stderr)
                        return 2
                    elif word == "die":
                        os.kill(os.getpid(), signal.SIGKILL)
                    else:
                        say(line.strip())
        except KeyboardInterrupt:
            how = "interrupted"
    problem = None if how == "finished" else "It was stopped by hand."
    say(Ended(id=done or "nothing", ended=how, problem=problem).model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
