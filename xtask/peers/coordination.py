"""Clients of one MCP server: so many agents, each with a connection of its own, one call at a time.

Usage: coordination.py SUBJECT FOLDER OPTIONS, with the options as JSON: `url`, or `command` for a server
that speaks over standard input and output. Reads a phase a line (`Work` in work.rs), writes its
outcome as a line. Owns the agents and the stopwatch; what a peer's tools are called is in
coordination_subjects.py. Ends, and kills every server that it started, when its standard input ends.
"""

import asyncio
import json
import os
import signal
import sys
import time

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from coordination_subjects import SUBJECTS

CALL_SECONDS = 30
EMPTY_ANSWERS = 3
FAILURES = 3
PAUSE_SECONDS = 0.02


class Agent:
    """One connection. It lives in a task of its own, as the client library wants it."""

    def __init__(self, fleet, number):
        self.fleet = fleet
        self.number = number
        self.jobs = asyncio.Queue()
        self.ready = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self.live())

    async def live(self):
        try:
            async with Client(self.fleet.server(self.number), mode=self.fleet.mode) as client:
                tools = SUBJECTS[self.fleet.subject](client, self.number, CALL_SECONDS)
                await tools.start()
                self.ready.set_result(None)
                while (job := await self.jobs.get()) is not None:
                    await job(tools)
        except BaseException as error:
            if not self.ready.done():
                self.ready.set_exception(RuntimeError(f"an agent could not start: {error!r}"))

    async def do(self, step):
        """Runs `step` with this agent's tools; its connection may end under it."""
        done = asyncio.get_running_loop().create_future()

        async def job(tools):
            result = await step(tools)
            if not done.done():
                done.set_result(result)

        self.jobs.put_nowait(job)
        await asyncio.wait([done, self.task], return_when=asyncio.FIRST_COMPLETED)
        return done.result() if done.done() else "failed"


class Fleet:
    def __init__(self, subject, folder, options):
        self.subject = subject
        self.folder = folder
        self.options = options
        self.mode = "auto" if subject == "paceline" else "legacy"
        self.agents = []
        self.log = open(os.path.join(folder, "servers.log"), "a")

    def server(self, number):
        if "url" in self.options:
            return self.options["url"]
        # The shell leaves its process to the server, so that the server's id is known.
        script = 'echo $$ > "$0"; exec "$@"'
        shared = os.path.join(self.folder, "shared")
        os.makedirs(shared, exist_ok=True)
        place = {
            "PATH": os.environ["PATH"],
            "HOME": shared,
            "COORDINATION_MEMORY_DB": os.path.join(shared, "coordination.sqlite3"),
            "MEMORY_FILE_PATH": os.path.join(shared, "memory.jsonl"),
        }
        command = ["-c", script, self.process_file(number), *self.options["command"]]
        server = StdioServerParameters(command="sh", args=command, env=place, cwd=shared)
        return stdio_client(server, errlog=self.log)

    def process_file(self, number):
        return os.path.join(self.folder, f"server-{number}.pid")

    def kill(self):
        """Every server that this script started, without a word to it."""
        if "url" in self.options:
            return
        for agent in self.agents:
            try:
                with open(self.process_file(agent.number)) as file:
                    os.kill(int(file.read()), signal.SIGKILL)
            except (OSError, ValueError):
                pass

    async def staff(self, count):
        # One after the other: the first makes what the others find.
        while len(self.agents) < count:
            agent = Agent(self, len(self.agents))
            self.agents.append(agent)
            await asyncio.wait_for(agent.ready, 60)
        return self.agents[:count]

    async def dismiss(self):
        for agent in self.agents:
            agent.task.cancel()
        await asyncio.wait([agent.task for agent in self.agents], timeout=10)
        self.agents = []


class Phase:
    """What the agents of one phase have in common."""

    def __init__(self, work, kill):
        self.work = work
        self.kill = kill
        self.numbers = iter(range(work["first"], work["first"] + work["count"]))
        self.operations = []
        self.refused = 0
        self.refusal = None
        self.killed = asyncio.Event()
        self.started = time.perf_counter()
        self.ended = self.started

    def went(self, number, began):
        self.ended = time.perf_counter()
        self.operations.append([number, (self.ended - began) * 1000])
        after = self.work["kill_after"]
        if after is not None and after <= len(self.operations):
            self.strike()

    def strike(self):
        if not self.killed.is_set():
            self.kill()
            self.killed.set()

    def refuse(self, error):
        self.refused += 1
        if self.refusal is None:
            self.refusal = str(error) or repr(error)

    def is_over(self):
        return self.work["seconds"] < time.perf_counter() - self.started

    async def write(self, tools):
        failures = 0
        for number in self.numbers:
            began = time.perf_counter()
            try:
                await tools.write(self.work["kind"], number)
                self.went(number, began)
                failures = 0
            except Exception as error:
                self.refuse(error)
                failures += 1
                if failures == FAILURES or self.killed.is_set():
                    return "failed"
                await asyncio.sleep(PAUSE_SECONDS)
            if self.is_over():
                return "time up"
        return "done"

    async def take(self, tools):
        """To the end, not to the number that was written. Handed out is handed out, whether or
        not completing it succeeds."""
        empty = failures = 0
        kind = self.work["kind"]
        while not self.is_over():
            began = time.perf_counter()
            try:
                taken = await tools.take(kind)
            except Exception as error:
                self.refuse(error)
                failures += 1
                if failures == FAILURES:
                    return "failed"
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if taken is None:
                empty += 1
                if empty == EMPTY_ANSWERS:
                    return "empty"
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            empty = failures = 0
            try:
                await tools.settle(kind)
            except Exception as error:
                self.refuse(error)
            self.went(taken, began)
        return "time up"

    async def get(self, tools):
        """By number where the peer can; all that it has where it can only tell everything."""
        for number in self.numbers:
            if tools.gets_all:
                # One agent's one call; the others have nothing left to ask for.
                self.numbers = iter(())
            began = time.perf_counter()
            try:
                for found in await tools.get(number):
                    self.went(found, began)
            except Exception as error:
                self.refuse(error)
                return "failed"
            if tools.gets_all:
                return "done"
            if self.is_over():
                return "time up"
        return "done"

    def outcome(self, ends):
        worst = next((end for end in ("failed", "time up", "empty") if end in ends), "done")
        return {
            "operations": self.operations,
            "seconds": self.ended - self.started,
            "refused": self.refused,
            "refusal": self.refusal,
            "end": worst,
        }


def say(answer):
    print(json.dumps(answer), flush=True)


async def run(fleet, work):
    agents = await fleet.staff(work["clients"])

    def kill():
        fleet.kill()
        say({"kill": True})

    phase = Phase(work, kill)
    step = phase.write
    if work["do"] == "read":
        step = phase.get if work["kind"] == "note" else phase.take
    doing = [asyncio.create_task(agent.do(step)) for agent in agents]
    ends = []
    if work["kill_after"] is not None:
        dying = asyncio.create_task(phase.killed.wait())
        everybody = asyncio.gather(*doing)
        half = work["seconds"] / 2
        await asyncio.wait([dying, everybody], timeout=half, return_when=asyncio.FIRST_COMPLETED)
        phase.strike()
        # What was under way may still be answered, if the answer was sent before the end.
        await asyncio.sleep(0.5)
        await fleet.dismiss()
        ends = ["failed"]
        everybody.cancel()
        dying.cancel()
        await asyncio.gather(everybody, dying, return_exceptions=True)
    else:
        ends = await asyncio.gather(*doing)
    return phase.outcome(ends)


async def main(subject, folder, options):
    fleet = Fleet(subject, folder, json.loads(options))
    reader = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    lines = asyncio.Queue()

    async def listen():
        while line := await reader.readline():
            lines.put_nowait(line)
        fleet.kill()
        os._exit(0)

    listening = asyncio.create_task(listen())
    while not listening.done():
        work = json.loads(await lines.get())
        try:
            say(await run(fleet, work))
        except Exception as error:
            say({"error": str(error) or repr(error)})


asyncio.run(main(*sys.argv[1:]))
