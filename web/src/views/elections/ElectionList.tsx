// Elections as lines, each with its terms over the page's time. Owns the columns.

import { Show, type JSX } from "solid-js";
import { count, parseTime, percent } from "../../lib/format";
import { bounds } from "../../lib/range";
import { path } from "../../lib/route";
import { history, isOfServers, standsSince, type Election } from "../../lib/terms";
import { AgentName } from "../parts/AgentName";
import { Badge } from "../parts/Badge";
import { Panel } from "../parts/Panel";
import { columnsOf } from "../parts/columns";
import { Rows } from "../parts/Rows";
import { Ago } from "../parts/Time";
import type { Names } from "../names";
import { keepingRange, range } from "../router";
import { now } from "../session";
import { hands, useElection, type Elections } from "./store";
import { TermLane } from "./TermLane";

interface ElectionListProps {
  elections: Elections;
  names: Names;
}

export function ElectionList(props: ElectionListProps): JSX.Element {
  const list = () => props.elections.list();
  const column = columnsOf((key: string) => list().get(key));
  const columns = [
    column("Election", "minmax(9rem, 1.4fr)", (_, key) => <a dir="auto" href={keepingRange(path("elections", [key]))}>{key}</a>, (one) => one.election),
    column("Leader", "minmax(9rem, 1.2fr)", (one) => <Leader election={one()} names={props.names} />, (one) => (one.leader ? props.names.of(one.leader) : "")),
    column("Epoch", "5rem", (one) => <>{count(one().epoch)}</>, (one) => one.epoch, true),
    column("Since", "6.5rem", (one) => <Ago at={standsSince(one())} />, (one) => parseTime(standsSince(one)), true),
    column("Runs out", "6rem", (one) => <Ago at={one().expires_at} />, (one) => parseTime(one.expires_at), true),
    column("Who led, and which part of the time shown", "minmax(17rem, 3fr)", (one) => <Lane election={one()} names={props.names} />),
  ];
  return (
    <Panel title="Elections" note="a colour each leader; striped red: nobody led">
      <Rows label="Elections" rows={list().keys} columns={columns} sort="election" />
      <Show when={list().cursor !== null}>
        <p class="more"><button class="button" onClick={() => props.elections.more()}>Show more elections</button></p>
      </Show>
    </Panel>
  );
}

export function Leader(props: { election: Election; names: Names }): JSX.Element {
  return <Show when={props.election.leader} fallback={<Badge is={isOfServers(props.election.election) ? "at_rest" : "no_leader"} />}><AgentName id={props.election.leader} names={props.names} /></Show>;
}

function Lane(props: { election: Election; names: Names }): JSX.Element {
  const told = useElection(props.election.election, () => hands(props.election));
  const terms = () => told()?.history ?? [];
  const shown = () => bounds(range(), now());
  const isRest = () => isOfServers(props.election.election);
  const share = () => (isRest() ? null : history(terms(), props.election.leader !== null, shown().fromMs, shown().toMs, now()).ledShare);
  return (
    <div class="lane-and-share">
      <TermLane terms={terms()} fromMs={shown().fromMs} toMs={shown().toMs} nowMs={now()} isLed={props.election.leader !== null} isRest={isRest()} nameOf={props.names.of} />
      <span class="number">{percent(share())}</span>
    </div>
  );
}
