// One entry in full. Owns the way to it where the list does not have it.

import { createMemo, Show, type JSX } from "solid-js";
import type { Keyed } from "../../lib/keyed";
import { path } from "../../lib/route";
import { Command } from "../parts/Empty";
import { Detail, Fact } from "../parts/Detail";
import { Failure } from "../parts/Failure";
import { JsonTree } from "../parts/JsonTree";
import { AgentName } from "../parts/AgentName";
import { Moment } from "../parts/Time";
import type { Names } from "../names";
import { useReading } from "../reading";
import { setParams } from "../router";
import { api } from "../session";
import { Tags } from "./EntryList";
import { parts, type Entry, type Hit } from "./store";

interface EntryDetailProps {
  name: string;
  hits: Keyed<Hit>;
  names: Names;
}

export function EntryDetail(props: EntryDetailProps): JSX.Element {
  const listed = () => props.hits.get(props.name)?.entry;
  const isListed = createMemo(() => listed() !== undefined);
  const fetched = useReading(isListed, (is, signal) => (is ? Promise.resolve(null) : api.get<Entry>(path("api", ["memory", ...parts(props.name)]), {}, signal)));
  const entry = () => listed() ?? fetched();
  return (
    <Detail title="Entry" onClose={() => setParams({ open: null })}>
      <Show when={entry()} fallback={<Show when={fetched.error()} fallback={<p class="loading">Reading the entry…</p>}>{(what) => <Failure error={what()} />}</Show>}>
        {(one) => <Facts entry={one()} names={props.names} />}
      </Show>
    </Detail>
  );
}

function Facts(props: { entry: Entry; names: Names }): JSX.Element {
  const one = () => props.entry;
  return (
    <>
      <dl class="facts">
        <Fact label="Namespace"><bdi>{one().namespace}</bdi></Fact>
        <Fact label="Key"><bdi>{one().key}</bdi></Fact>
        <Fact label="Version">{one().version}</Fact>
        <Fact label="Tags"><Tags tags={one().tags} /></Fact>
        <Fact label="Author"><AgentName id={one().author} names={props.names} /></Fact>
        <Fact label="Written"><Moment at={one().updated_at} /></Fact>
        <Fact label="First"><Moment at={one().created_at} /></Fact>
        <Fact label="Expires"><Moment at={one().expires_at} none="never" /></Fact>
      </dl>
      <h3>Value</h3>
      <JsonTree label="Value" value={one().value} />
      <h3>Read it from a shell</h3>
      <Command text={`paceline memory get ${quoted(one().namespace)} ${quoted(one().key)}`} />
    </>
  );
}

/** As a shell takes it for one word. */
const quoted = (text: string) => (/^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
