// One election: who leads, its terms on a line and as a table, with the times between them in which nobody did.

import { createMemo, For, Show, type Accessor, type JSX } from "solid-js";
import { ago, count, dateTime, duration, parseTime, percent } from "../../lib/format";
import { bounds } from "../../lib/range";
import { ending, history, isOfServers, leaderNumbers, standsSince, type Stretch } from "../../lib/terms";
import { when } from "../../lib/when";
import { AgentName, useNames } from "../parts/AgentName";
import { Failure } from "../parts/Failure";
import { Empty } from "../parts/Empty";
import { Figure, Panel } from "../parts/Panel";
import { Rows, type Column } from "../parts/Rows";
import { keepingRange, range, route } from "../router";
import { now } from "../session";
import { Expires, Leader } from "./ElectionList";
import { useElection } from "./store";
import { TermLane } from "./TermLane";

const COLOURS = 8;

export default function ElectionPage(): JSX.Element {
  const name = route().rest[0] ?? "";
  const names = useNames();
  const election = useElection(name);
  const terms = () => election()?.history ?? null;
  const shown = () => bounds(range(), now());
  const told = createMemo(() => history(terms() ?? [], shown().fromMs, shown().toMs, now()));
  return (
    <>
      <div class="page-head">
        <h1><bdi>{name}</bdi></h1>
        <a class="end" href={keepingRange("/elections")}>All elections</a>
      </div>
      <Show when={election.error()}>{(what) => <Failure error={what()} />}</Show>
      <Show when={election()}>
        {(one) => (
          <Panel title="Now">
            <dl class="figures">
              <Figure label="Leader" value={<Leader election={one()} nameOf={names.nameOf} />} />
              <Figure label="Epoch" value={count(one().epoch)} />
              <Figure label={one().leader ? "Elected" : "Lost"} value={ago(parseTime(standsSince(one())), now())} note={dateTime(parseTime(standsSince(one())))} />
              <Figure label="Runs out" value={<Expires election={one()} />} note="unless renewed" />
              <Show when={!isOfServers(name)}>
                <Figure label="Led" value={percent(told().ledShare)} note="of the time shown" />
                <Figure label="Outages" value={count(told().outages)} note={told().outages === 0 ? "in the time shown" : `${duration(told().outageMs)} together`} tone={0 < told().outages ? "warn" : undefined} />
              </Show>
            </dl>
          </Panel>
        )}
      </Show>
      <Show when={terms()}>
        {(all) => (
          <Panel title="Who led" note={all().length < 100 ? "since the first term" : "the last 100 terms"}>
            <TermLane terms={all()} fromMs={shown().fromMs} toMs={shown().toMs} nowMs={now()} isRest={isOfServers(name)} nameOf={names.nameOf} />
            <div class="lane-ends soft small"><span>{dateTime(shown().fromMs)}</span><span>{dateTime(shown().toMs)}</span></div>
            <ul class="lane-key">
              <For each={[...leaderNumbers(all())].filter(([id]) => told().stretches.some((one) => one.leader === id))}>
                {([id, number]) => <li><i class="stretch" data-series={number % COLOURS} /> <AgentName id={id} name={names.nameOf(id)} /></li>}
              </For>
              <Show when={0 < told().outages && !isOfServers(name)}><li><i class="stretch gap" /> nobody</li></Show>
            </ul>
            <Terms stretches={told().stretches} nameOf={names.nameOf} />
          </Panel>
        )}
      </Show>
    </>
  );
}

function Terms(props: { stretches: readonly Stretch[]; nameOf: (id: string) => string }): JSX.Element {
  const byKey = createMemo(() => new Map(props.stretches.map((one) => [one.key, one])));
  // Keys, because the stretches are made anew every second: their rows must not be.
  const keys = createMemo(() => [...byKey().keys()].reverse(), undefined, { equals: (a, b) => a.join() === b.join() });
  const of = (read: (one: Accessor<Stretch>) => JSX.Element) => (key: string) => <Show when={byKey().get(key)}>{(one) => read(one)}</Show>;
  const by = (read: (one: Stretch) => string | number | null) => (key: string) => {
    const one = byKey().get(key);
    return one ? read(one) : null;
  };
  const columns: Column<string>[] = [
    { key: "from", title: "From", width: "9rem", by: by((one) => one.fromMs), cell: of((one) => <span title={dateTime(one().fromMs)}>{when(one().fromMs, now())}</span>) },
    { key: "to", title: "To", width: "9rem", by: by((one) => one.toMs), cell: of((one) => <span title={dateTime(one().toMs)}>{one().isNow ? "now" : when(one().toMs, now())}</span>) },
    { key: "lasted", title: "Lasted", width: "7rem", isNumber: true, by: by((one) => one.toMs - one.fromMs), cell: of((one) => duration(one().toMs - one().fromMs)) },
    { key: "leader", title: "Leader", width: "minmax(9rem, 2fr)", by: by((one) => (one.leader ? props.nameOf(one.leader) : "")), cell: of((one) => <Show when={one().leader} fallback={<b classList={{ lost: !isOfServers(route().rest[0] ?? "") }}>nobody</b>}>{(id) => <AgentName id={id()} name={props.nameOf(id())} />}</Show>) },
    { key: "epoch", title: "Epoch", width: "5rem", isNumber: true, by: by((one) => one.epoch), cell: of((one) => (one().leader === null ? "" : count(one().epoch))) },
    { key: "end", title: "Ended", width: "minmax(9rem, 2fr)", by: by((one) => one.endedBy), cell: of((one) => (one().leader !== null && one().isNow ? <span class="soft">it lasts</span> : ending(one().endedBy))) },
  ];
  return <Rows label="Terms and outages" rows={keys()} columns={columns} sort="" empty={<Empty title="No term in the time shown">Choose a longer time above.</Empty>} />;
}
