"""The generator's process: a job a line on stdin, an answer a line on stdout, until stdin ends."""

import asyncio
import gc
import resource
import sys

import uvloop

from headway.lab.load.jobs import ANSWERS, JOBS
from headway.lab.load.loops import run_job

# A job names some thousand addresses.
LONGEST_LINE = 2**26


async def serve() -> None:
    lines = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    line = await lines.readline()
    while line:
        # Whoever asked may be gone before the answer: then nobody wants the load either.
        following = asyncio.create_task(lines.readline())
        answering = asyncio.create_task(_answer(line))
        await asyncio.wait({following, answering}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            answering.cancel()
            return
        answering.result()
        line = await following


async def _answer(line: bytes) -> None:
    job = JOBS.validate_json(line)
    gc.collect()
    gc.freeze()  # what is there to stay is not looked at again while latencies are measured
    answer = await run_job(job)
    sys.stdout.buffer.write(ANSWERS.dump_json(answer) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(serve())


if __name__ == "__main__":
    main()
