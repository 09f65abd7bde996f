// One election: who leads, its terms on a line and as a table, with the times between them in which nobody did.

import { createMemo, For, Show, type JSX } from "solid-js";
import { count, dateTime, duration, parseTime, percent } from "../../lib/format";
import { bounds } from "../../lib/range";
import { ending, history, isOfServers, leaderNumbers, standsSince, type Stretch } from "../../lib/terms";
import { when } from "../../lib/when";
import { useNames, type Names } from "../names";
import { AgentName } from "../parts/AgentName";
import { Failure } from "../parts/Failure";
import { Empty } from "../parts/Empty";
import { Figure, Panel } from "../parts/Panel";
import { columnsOf } from "../parts/columns";
import { Rows } from "../parts/Rows";
import { Ago } from "../parts/Time";
import { keepingRange, range, route } from "../router";
import { now } from "../session";
import { Leader } from "./ElectionList";
import { useElection } from "./store";
import { TermLane } from "./TermLane";

const COLOURS = 8;

export default function ElectionPage(): JSX.Element {
  const name = route().rest[0] ?? "";
  const names = useNames();
  const election = useElection(name);
  const terms = () => election()?.history ?? null;
  const isLed = () => Boolean(election()?.leader);
  const shown = () => bounds(range(), now());
  const told = createMemo(() => history(terms() ?? [], isLed(), shown().fromMs, shown().toMs, now()));
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
              <Figure label="Leader" value={<Leader election={one()} names={names} />} />
              <Figure label="Epoch" value={count(one().epoch)} />
              <Figure label={one().leader ? "Elected" : "Lost"} value={<Ago at={standsSince(one())} />} note={dateTime(parseTime(standsSince(one())))} />
              <Figure label="Runs out" value={<Ago at={one().expires_at} />} note={one().expires_at ? "unless renewed" : ""} />
              <Show when={!isOfServers(name)}>
                <Figure label="Led" value={percent(told().ledShare)} note="of the time on record" />
                <Figure label="Outages" value={count(told().outages)} note={told().outages === 0 ? "in the time shown" : `${duration(told().outageMs)} together`} tone={0 < told().outages ? "warn" : undefined} />
              </Show>
            </dl>
          </Panel>
        )}
      </Show>
      <Show when={terms()}>
        {(all) => (
          <Panel title="Who led" note={all().length < 100 ? "since the first term" : "the last 100 terms"}>
            <TermLane terms={all()} fromMs={shown().fromMs} toMs={shown().toMs} nowMs={now()} isLed={isLed()} isRest={isOfServers(name)} nameOf={names.of} />
            <div class="lane-ends soft small"><span>{dateTime(shown().fromMs)}</span><span>{dateTime(shown().toMs)}</span></div>
            <ul class="lane-key">
              <For each={[...leaderNumbers(all())].filter(([id]) => told().stretches.some((one) => one.leader === id))}>
                {([id, number]) => <li><i class="stretch" data-series={number % COLOURS} /> <AgentName id={id} names={names} /></li>}
              </For>
              <Show when={0 < told().outages && !isOfServers(name)}><li><i class="stretch gap" /> nobody</li></Show>
            </ul>
            <Terms stretches={told().stretches} isRest={isOfServers(name)} names={names} />
          </Panel>
        )}
      </Show>
    </>
  );
}

function Terms(props: { stretches: readonly Stretch[]; isRest: boolean; names: Names }): JSX.Element {
  const byKey = createMemo(() => new Map(props.stretches.map((one) => [one.key, one])));
  // Keys, because the stretches are made anew every second: their rows must not be.
  const keys = createMemo(() => [...byKey().keys()].reverse(), undefined, { equals: (a, b) => a.join() === b.join() });
  const column = columnsOf((key: string) => byKey().get(key));
  const at = (ms: number) => <span title={dateTime(ms)}>{when(ms, now())}</span>;
  const columns = [
    column("From", "9rem", (one) => <>{at(one().fromMs)}</>, (one) => one.fromMs),
    column("To", "9rem", (one) => <>{one().isNow ? "now" : at(one().toMs)}</>, (one) => one.toMs),
    column("Lasted", "7rem", (one) => <>{duration(one().toMs - one().fromMs)}</>, (one) => one.toMs - one.fromMs, true),
    column("Leader", "minmax(9rem, 2fr)", (one) => <Show when={one().leader} fallback={<b classList={{ lost: !props.isRest }}>nobody</b>}><AgentName id={one().leader} names={props.names} /></Show>, (one) => (one.leader ? props.names.of(one.leader) : "")),
    column("Epoch", "5rem", (one) => <>{one().leader === null ? "" : count(one().epoch)}</>, (one) => one.epoch, true),
    column("Ended", "minmax(9rem, 2fr)", (one) => <>{one().leader !== null && one().isNow ? "it lasts" : ending(one().endedBy)}</>, (one) => one.endedBy),
  ];
  return <Rows label="Terms and outages" rows={keys()} columns={columns} sort="" empty={<Empty title="No term in the time shown">Choose a longer time above.</Empty>} />;
}
