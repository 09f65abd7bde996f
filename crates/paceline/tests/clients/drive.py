"""A day's work of two agents, through the official Python client of MCP.

Usage: drive.py legacy|2026-07-28 URL, or a command with its arguments in place of the URL, which is
then spoken to over standard input and output. Ends with `all steps passed`, or with a traceback.
"""

import asyncio
import json
import sys

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client


async def call(client: Client, tool: str, **arguments):
    """The tool's structured answer; the client has checked it against the published schema."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, f"{tool}: {result.content[0].text}"
    assert result.structured_content is not None, f"{tool} answers no structure"
    return result.structured_content


async def refused(client: Client, tool: str, **arguments) -> dict:
    """The error that the tool answers."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, f"{tool} was expected to be refused"
    return json.loads(result.content[0].text)["error"]


async def tasks(client: Client, one: str, other: str) -> None:
    first = await call(client, "task_enqueue", description="measure", base_priority=7)
    second = await call(
        client, "task_enqueue", description="cut", prerequisites=[first["task_id"]]
    )
    assert (first["status"], second["status"]) == ("ready", "blocked")

    claimed = await call(client, "task_claim", agent_id=one)
    assert claimed["task"]["task_id"] == first["task_id"]
    nothing = await call(client, "task_claim", agent_id=other)
    assert nothing["task"] is None, nothing
    error = await refused(client, "task_claim", agent_id=other, task_id=first["task_id"])
    assert error["code"] == "conflict" and one in error["message"], error

    holder = {"agent_id": one, "task_id": first["task_id"], "fence": claimed["fence"]}
    error = await refused(client, "task_complete", **{**holder, "fence": claimed["fence"] + 7})
    assert error["code"] == "stale_fence" and error["hint"], error
    done = await call(client, "task_complete", **holder, result={"length_mm": 120})
    assert done["unblocked_task_ids"] == [second["task_id"]], done
    queue = await call(client, "task_queue_status")
    assert (queue["ready"], queue["completed"]) == (1, 1), queue


async def messages(client: Client, one: str, other: str) -> None:
    for number in range(3):
        await call(
            client,
            "message_send",
            agent_id=one,
            to={"agent": other},
            type="note",
            payload={"number": number},
        )
    page = await call(client, "message_read", agent_id=other)
    assert [item["payload"]["number"] for item in page["items"]] == [0, 1, 2], page
    assert {item["from"] for item in page["items"]} == {one}, page


async def memory(client: Client, one: str) -> None:
    entry = {"namespace": "plans", "key": "today"}
    kept = await call(client, "memory_set", **entry, value={"cut": "twice"}, agent_id=one)
    assert kept["version"] == 1, kept
    error = await refused(client, "memory_set", **entry, value=1, expected_version=7)
    assert error["code"] == "conflict", error
    found = await call(client, "memory_search", q="twice")
    assert found["items"][0]["entry"]["key"] == "today", found
    await call(client, "memory_delete", **entry)
    error = await refused(client, "memory_get", **entry)
    assert error["code"] == "not_found", error


async def election(client: Client, one: str, other: str) -> None:
    won = await call(client, "leader_campaign", election="chief", agent_id=one)
    lost = await call(client, "leader_campaign", election="chief", agent_id=other)
    assert won["is_leader"] and not lost["is_leader"], (won, lost)
    assert lost["leader"] == one and lost["epoch"] == won["epoch"], (won, lost)
    await call(client, "leader_resign", election="chief", agent_id=one)
    next_one = await call(client, "leader_campaign", election="chief", agent_id=other)
    assert next_one["is_leader"] and won["epoch"] < next_one["epoch"], (won, next_one)


def server(target: str, *arguments: str):
    if target.startswith("http://"):
        return target
    return stdio_client(StdioServerParameters(command=target, args=list(arguments)))


async def main(mode: str, *target: str) -> None:
    async with Client(server(*target), mode=mode) as client:
        tools = await client.list_tools()
        names = {tool.name for tool in tools.tools}
        assert {"agent_register", "task_claim", "leader_campaign"} <= names, names
        one = (await call(client, "agent_register", name="one"))["agent_id"]
        other = (await call(client, "agent_register", name="other"))["agent_id"]
        await tasks(client, one, other)
        await messages(client, one, other)
        await memory(client, one)
        await election(client, one, other)
    print("all steps passed")


asyncio.run(main(*sys.argv[1:]))
