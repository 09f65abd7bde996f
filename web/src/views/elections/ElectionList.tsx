// Elections as lines, each with its terms over the page's time. Owns the columns.

import { Show, type Accessor, type JSX } from "solid-js";
import { ago, coarse, count, dateTime, parseTime, percent } from "../../lib/format";
import { bounds } from "../../lib/range";
import { path } from "../../lib/route";
import { history, isOfServers, standsSince, type Election } from "../../lib/terms";
import { AgentName } from "../parts/AgentName";
import { Badge } from "../parts/Badge";
import { Panel } from "../parts/Panel";
import { Rows, type Column } from "../parts/Rows";
import { keepingRange, range } from "../router";
import { now } from "../session";
import { hands, useElection, type Elections } from "./store";
import { TermLane } from "./TermLane";

interface ElectionListProps {
  elections: Elections;
  nameOf: (id: string) => string;
}

export function ElectionList(props: ElectionListProps): JSX.Element {
  const list = () => props.elections.list();
  const of = (read: (one: Accessor<Election>) => JSX.Element) => (key: string) => <Show when={list().get(key)}>{(one) => read(one)}</Show>;
  const by = (read: (one: Election) => string | number | null) => (key: string) => {
    const one = list().get(key);
    return one ? read(one) : null;
  };
  const columns: Column<string>[] = [
    { key: "name", title: "Election", width: "minmax(9rem, 1.4fr)", by: (key) => key, cell: (key) => <a href={keepingRange(path("elections", [key]))}><bdi>{key}</bdi></a> },
    { key: "leader", title: "Leader", width: "minmax(9rem, 1.2fr)", by: by((one) => (one.leader ? props.nameOf(one.leader) : "")), cell: of((one) => <Leader election={one()} nameOf={props.nameOf} />) },
    { key: "epoch", title: "Epoch", width: "5rem", isNumber: true, by: by((one) => one.epoch), cell: of((one) => count(one().epoch)) },
    { key: "since", title: "Since", width: "6.5rem", isNumber: true, by: by((one) => parseTime(standsSince(one))), cell: of((one) => <Since election={one()} />) },
    { key: "expires", title: "Runs out", width: "6rem", isNumber: true, by: by((one) => parseTime(one.expires_at)), cell: of((one) => <Expires election={one()} />) },
    { key: "terms", title: "Who led, and which part of the time shown", width: "minmax(17rem, 3fr)", cell: of((one) => <Lane election={one()} nameOf={props.nameOf} />) },
  ];
  return (
    <Panel title="Elections" note="a colour each leader; striped red: nobody led">
      <Rows label="Elections" rows={list().keys} columns={columns} sort="name" />
      <Show when={list().cursor !== null}>
        <p class="more"><button class="button" onClick={() => props.elections.more()}>Show more elections</button></p>
      </Show>
    </Panel>
  );
}

export function Leader(props: { election: Election; nameOf: (id: string) => string }): JSX.Element {
  return <Show when={props.election.leader} fallback={<Badge is={isOfServers(props.election.election) ? "at_rest" : "no_leader"} />}>{(id) => <AgentName id={id()} name={props.nameOf(id())} />}</Show>;
}

function Since(props: { election: Election }): JSX.Element {
  const at = () => parseTime(standsSince(props.election));
  return <span title={dateTime(at())}>{ago(at(), now())}</span>;
}

export function Expires(props: { election: Election }): JSX.Element {
  const left = () => (parseTime(props.election.expires_at) ?? Number.NaN) - now();
  return <Show when={props.election.expires_at} fallback={<span class="soft">–</span>}>{left() < 0 ? "now" : `in ${coarse(left())}`}</Show>;
}

function Lane(props: { election: Election; nameOf: (id: string) => string }): JSX.Element {
  const told = useElection(props.election.election, () => hands(props.election));
  const terms = () => told()?.history ?? [];
  const shown = () => bounds(range(), now());
  const isRest = () => isOfServers(props.election.election);
  const share = () => (isRest() ? null : history(terms(), shown().fromMs, shown().toMs, now()).ledShare);
  return (
    <div class="lane-and-share">
      <TermLane terms={terms()} fromMs={shown().fromMs} toMs={shown().toMs} nowMs={now()} isRest={isRest()} nameOf={props.nameOf} />
      <span class="number">{percent(share())}</span>
    </div>
  );
}
