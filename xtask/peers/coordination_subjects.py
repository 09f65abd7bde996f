"""What each MCP peer's tools are called, and what they answer.

Owns the translation of write, take, settle and get, each as the peer's own documentation has it.
Refuses to help a peer: no retry, no lock, no cache that its documentation does not ask for.
"""

import asyncio
import json
import random

TEXT = "as long as a short instruction to an agent " * 3


class Refused(Exception):
    pass


class Tools:
    """One agent's calls."""

    gets_all = False

    def __init__(self, client, number, seconds):
        self.client = client
        self.number = number
        self.seconds = seconds

    async def start(self):
        pass

    async def call(self, tool, **arguments):
        try:
            result = await asyncio.wait_for(self.client.call_tool(tool, arguments), self.seconds)
        except TimeoutError:
            raise Refused(f"{tool}: no answer within {self.seconds} s") from None
        text = result.content[0].text if result.content else ""
        if result.is_error:
            raise Refused(f"{tool}: {text[:200]}")
        if result.structured_content is not None:
            return result.structured_content
        return json.loads(text) if text else None


def number_in(text):
    return int(text.split()[0])


class Paceline(Tools):
    async def start(self):
        agent = await self.call("agent_register", name=f"agent-{self.number}")
        self.agent = agent["agent_id"]
        if self.number == 0:
            Paceline.reader = self.agent
        self.page = []
        self.last = None

    async def write(self, kind, number):
        text = f"{number} {TEXT}"
        if kind == "task":
            await self.call("task_enqueue", description=text)
        elif kind == "message":
            await self.call(
                "message_send",
                agent_id=self.agent,
                to={"agent": Paceline.reader},
                type="note",
                payload=text,
            )
        else:
            await self.call("memory_set", namespace="notes", key=str(number), value=text)

    async def take(self, kind):
        if kind == "task":
            self.claimed = await self.call("task_claim", agent_id=self.agent)
            task = self.claimed["task"]
            return None if task is None else number_in(task["description"])
        if not self.page:
            answer = await self.call("message_read", agent_id=self.agent, **self.read_so_far())
            self.page = answer["items"][::-1]
        if not self.page:
            return None
        item = self.page.pop()
        self.last = item["position"]
        return number_in(item["payload"])

    def read_so_far(self):
        """Reading on acknowledges the page before."""
        read = {} if self.last is None else {"ack_through": self.last}
        return {"limit": 500, **read}

    async def settle(self, kind):
        if kind == "task":
            await self.call(
                "task_complete",
                agent_id=self.agent,
                task_id=self.claimed["task"]["task_id"],
                fence=self.claimed["fence"],
            )

    async def get(self, number):
        try:
            note = await self.call("memory_get", namespace="notes", key=str(number))
        except Refused as error:
            if "not_found" in str(error):
                return []
            raise
        return [number_in(note["value"])]


class AgentMail(Tools):
    PROJECT = "bench"

    async def start(self):
        self.name = f"Agent{self.number}"
        await self.call(
            "register_agent",
            project_key=self.PROJECT,
            program="bench",
            model="none",
            name=self.name,
        )
        self.inbox = None

    async def write(self, kind, number):
        await self.call(
            "send_message",
            project_key=self.PROJECT,
            sender_name=self.name,
            to=["Agent0"],
            subject=f"{number} note",
            body_md=TEXT,
        )

    async def take(self, kind):
        """The whole inbox at once, bodies included, then one by one."""
        if self.inbox is None:
            answer = await self.call(
                "fetch_inbox",
                project_key=self.PROJECT,
                agent_name=self.name,
                limit=100_000,
                include_bodies=True,
            )
            items = answer["result"] if isinstance(answer, dict) else answer
            self.inbox = [number_in(item["subject"]) for item in items]
        return self.inbox.pop() if self.inbox else None

    async def settle(self, kind):
        pass


class CoordinationMemory(Tools):
    gets_all = True

    async def start(self):
        self.name = f"agent-{self.number}"
        self.board = []
        self.notes = None
        if self.number == 0:
            await self.call(
                "create_team",
                team_id="bench",
                workspace_id="bench",
                name="bench",
                owner_actor_id="lead",
            )

    async def assign(self, name, team):
        await self.call(
            "create_assignment",
            assignment_id=name,
            title=TEXT,
            actor_id="lead",
            actor_role="integrator",
            base_revision=0,
            workspace_id="bench",
            team_id=team,
        )

    async def claim(self, name):
        return await self.call(
            "claim_assignment",
            assignment_id=name,
            actor_id=self.name,
            actor_role="agent",
            base_revision=1,
        )

    async def write(self, kind, number):
        if kind == "task":
            return await self.assign(f"task-{number}", "bench")
        # A note is an event in the ledger of the run that this agent has claimed.
        if self.notes is None:
            notes = f"notes-{self.name}"
            await self.assign(notes, "notes")
            self.revision = (await self.claim(notes))["revision"]
            self.notes = notes
        event = await self.call(
            "append_event",
            assignment_id=self.notes,
            event_type="note",
            status="observed",
            actor_id=self.name,
            actor_role="agent",
            base_revision=self.revision,
            payload={"note": f"{number} {TEXT}"},
        )
        self.revision = event["assignment_revision"]

    async def take(self, kind):
        """Reads the team's board, then claims from it, in an order of its own as agents would,
        until it is used up. A fresh assignment has revision 1, so it need not be looked up."""
        while True:
            if not self.board:
                board = await self.call("get_team_board", team_id="bench", status="ready")
                self.board = [item["assignment_id"] for item in board["assignments"]]
                random.shuffle(self.board)
                if not self.board:
                    return None
            name = self.board.pop()
            try:
                self.claimed = await self.claim(name)
                return int(name.removeprefix("task-"))
            except Refused as error:
                if not any(word in str(error) for word in ("stale", "leased", "locked")):
                    raise

    async def settle(self, kind):
        await self.call(
            "submit_handoff",
            assignment_id=self.claimed["assignment_id"],
            actor_id=self.name,
            actor_role="agent",
            base_revision=self.claimed["revision"],
            payload={"summary": "done"},
        )

    async def get(self, number):
        found = []
        for agent in range(8):
            try:
                detail = await self.call(
                    "get_assignment_detail", assignment_id=f"notes-agent-{agent}"
                )
            except Refused:
                continue
            notes = [event["payload"].get("note") for event in detail["events"]]
            found += [number_in(note) for note in notes if note]
        return found


class ServerMemory(Tools):
    gets_all = True

    async def write(self, kind, number):
        entity = {"name": f"note-{number}", "entityType": "note", "observations": [f"{number} {TEXT}"]}
        await self.call("create_entities", entities=[entity])

    async def get(self, number):
        graph = await self.call("read_graph")
        return [number_in(entity["observations"][0]) for entity in graph["entities"]]


class Ruflo(Tools):
    async def start(self):
        self.list = []

    async def call(self, tool, **arguments):
        answer = await super().call(tool, **arguments)
        if answer.get("success") is False or answer.get("error"):
            raise Refused(f"{tool}: {answer.get('error')}")
        return answer

    async def write(self, kind, number):
        text = f"{number} {TEXT}"
        if kind == "task":
            await self.call("task_create", type="feature", description=text)
        else:
            await self.call("memory_store", key=f"note-{number}", value=text, namespace="notes")

    async def take(self, kind):
        """Lists what is pending, then claims from it, in an order of its own as agents would."""
        while True:
            if not self.list:
                answer = await self.call("task_list", status="pending", limit=100_000)
                self.list = answer["tasks"]
                random.shuffle(self.list)
                if not self.list:
                    return None
            task = self.list.pop()
            self.claimed = task["taskId"]
            try:
                await self.call(
                    "claims_claim",
                    issueId=self.claimed,
                    claimant=f"agent:worker-{self.number}:coder",
                )
                return number_in(task["description"])
            except Refused as error:
                if "already claimed" not in str(error):
                    raise

    async def settle(self, kind):
        await self.call("task_complete", taskId=self.claimed)

    async def get(self, number):
        note = await self.call("memory_retrieve", key=f"note-{number}", namespace="notes")
        return [number] if note.get("found") else []


SUBJECTS = {
    "paceline": Paceline,
    "mcp-agent-mail": AgentMail,
    "coordination-memory-mcp": CoordinationMemory,
    "server-memory": ServerMemory,
    "ruflo": Ruflo,
}
