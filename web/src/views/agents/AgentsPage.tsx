// All agents in a table, live, with how each compares. Owns columns and filters; the order and the filters are in the address.

import { createMemo, Show, type JSX } from "solid-js";
import { filterAgents, typesOf } from "../../lib/agent-filter";
import { ago, count, digits, duration, percent, words } from "../../lib/format";
import { readPerformance } from "../../lib/performance";
import { refreshMs } from "../../lib/range";
import { agentPath } from "../../lib/route";
import { HEALTHS } from "../../lib/state/fleet";
import { Empty } from "../parts/Empty";
import { Badge } from "../parts/Badge";
import { Chips } from "../parts/Chips";
import { Panel } from "../parts/Panel";
import { Rows, type Column } from "../parts/Rows";
import { useFleet } from "../live";
import { useReading } from "../reading";
import { keepingRange, param, range, setParams } from "../router";
import { api, now, serverNow } from "../session";
import { Comparison } from "./Comparison";

const TYPES_MAX = 8;

export default function AgentsPage(): JSX.Element {
  const fleet = useFleet();
  const performance = useReading(range, (one, signal) => readPerformance(api, one, serverNow(), signal), () => refreshMs(range()) && 30_000);
  const filter = () => ({ text: param("q"), health: param("health"), type: param("type") });
  const shown = createMemo(() => filterAgents(fleet(), filter()), [], { equals: (a, b) => a.length === b.length && a.every((ref, index) => ref === b[index]) });
  const types = createMemo(() => (fleet().membership, typesOf(fleet()).slice(0, TYPES_MAX)));
  const of = (ref: number) => performance()?.rows.get(fleet().agents.id[ref] ?? "");
  const agents = () => fleet().agents;
  const columns: Column<number>[] = [
    { key: "name", title: "Agent", width: "minmax(8rem, 2fr)", by: (ref) => fleet().nameOf(ref), cell: (ref) => <a dir="auto" href={keepingRange(agentPath(agents().id[ref] ?? ""))}>{fleet().nameOf(ref)}</a> },
    { key: "health", title: "Health", width: "6rem", by: (ref) => HEALTHS.indexOf(agents().health[ref] ?? "healthy"), cell: (ref) => <Badge is={agents().health[ref] ?? "healthy"} /> },
    { key: "status", title: "Does", width: "4.5rem", by: (ref) => agents().status[ref] ?? "", cell: (ref) => <>{words(agents().status[ref] ?? "")}</> },
    { key: "type", title: "Takes", width: "minmax(5rem, 1fr)", by: (ref) => (agents().types[ref] ?? []).join(" "), cell: (ref) => <>{(agents().types[ref] ?? []).join(", ")}</> },
    { key: "running", title: "Runs", width: "3.2rem", isNumber: true, by: (ref) => agents().running[ref] ?? 0, cell: (ref) => <>{count(agents().running[ref])}</> },
    { key: "completed", title: "Completed", width: "5.5rem", isNumber: true, by: (ref) => agents().completed[ref] ?? 0, cell: (ref) => <>{fleet().hasCounts ? count(agents().completed[ref]) : "–"}</> },
    { key: "failed", title: "Failed tries", width: "5.6rem", isNumber: true, by: (ref) => agents().failed[ref] ?? 0, cell: (ref) => <>{fleet().hasCounts ? count(agents().failed[ref]) : "–"}</> },
    { key: "verdict", title: "Compared", width: "10.25rem", by: (ref) => of(ref)?.verdict ?? null, cell: (ref) => <Show when={of(ref)} fallback="–">{(row) => <Badge is={row().verdict} title={row().evidence} />}</Show> },
    { key: "p50", title: "Median task", width: "6rem", isNumber: true, by: (ref) => of(ref)?.duration?.p50_ms ?? null, cell: (ref) => <>{duration(of(ref)?.duration?.p50_ms)}</> },
    { key: "success", title: "Success", width: "4.5rem", isNumber: true, by: (ref) => of(ref)?.success_rate ?? null, cell: (ref) => <>{percent(of(ref)?.success_rate)}</> },
    { key: "quality", title: "Quality", width: "4.2rem", isNumber: true, by: (ref) => of(ref)?.quality_mean ?? null, cell: (ref) => <span title={`${count(of(ref)?.quality_count)} assessed`}>{digits(of(ref)?.quality_mean)}</span> },
    { key: "changed", title: "Changed", width: "5.5rem", isNumber: true, by: (ref) => agents().changedAt[ref] ?? null, cell: (ref) => <>{ago(agents().changedAt[ref], now())}</> },
  ];
  return (
    <>
      <div class="page-head">
        <h1>Agents</h1>
        <span class="soft">{count(shown().length)} of {count(fleet().present.length)}</span>
      </div>
      <Panel title="Who is here">
        <div class="filters">
          <input type="search" aria-label="Filter by name, role, type or id" placeholder="Name, role, type or id" value={param("q")} onInput={(event) => setParams({ q: event.currentTarget.value })} />
          <Chips name="health" label="Health" choices={HEALTHS} counts={fleet().counts()} />
          <Chips name="type" label="Type of task" choices={types()} />
        </div>
        <Show when={!fleet().isKnown || 0 < fleet().present.length} fallback={<Empty title="No agent is here" command="paceline agent register --name first --agent-types code" />}>
          <Rows label="Agents" rows={shown()} columns={columns} sort="name" empty={<p class="soft">No agent fits the filter.</p>} />
        </Show>
      </Panel>
      <Comparison performance={performance} />
    </>
  );
}
