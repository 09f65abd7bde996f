// What fires, the most severe first, and what may soon. Owns the two lists and the dialogs that a card opens.

import { createMemo, createSignal, Show, type JSX } from "solid-js";
import type { Alert, AlertList } from "../../lib/wire";
import { grouped, type Told } from "../../lib/alerts/causes";
import { count, plural } from "../../lib/format";
import { path } from "../../lib/route";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Keyed } from "../keyed";
import { useNames, type Names } from "../names";
import { api } from "../session";
import { AcknowledgeDialog } from "./AcknowledgeDialog";
import { AlertCard, type Acts } from "./AlertCard";
import { SilenceDialog } from "./SilenceDialog";

const CREATE = "paceline alert create ClaimsSlow --operation task_claim --statistic p99_ms --above 50 --for 1m";

export function Now(props: { list: AlertList; onChange: () => void }): JSX.Element {
  const names = useNames();
  const [open, setOpen] = createSignal<{ kind: "acknowledge" | "silence"; alert: Alert } | null>(null);
  const [error, setError] = createSignal<unknown>(null);
  const of = (state: Alert["state"]) => props.list.items.filter((one) => one.state === state);
  const firing = createMemo(() => grouped(of("firing")));
  const pending = createMemo(() => grouped(of("pending")));
  const acts: Acts = {
    acknowledge: (alert) => setOpen({ kind: "acknowledge", alert }),
    silence: (alert) => setOpen({ kind: "silence", alert }),
    takeBack: (alert) => void api.delete(path("api", ["alerts", alert.fingerprint, "acknowledge"])).then(() => (setError(null), props.onChange()), setError),
  };
  return (
    <>
      <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
      <Panel title="Firing" note={note(props.list, firing())}>
        <Show when={0 < firing().length} fallback={<Quiet />}><Cards rows={firing()} names={names} acts={acts} /></Show>
      </Panel>
      <Panel title="Pending" note="Seen, but not for as long as their rule asks">
        <Show when={0 < pending().length} fallback={<p class="soft">None.</p>}><Cards rows={pending()} names={names} acts={acts} /></Show>
      </Panel>
      <Show when={open()} keyed>
        {(one) => (
          <Show when={one.kind === "silence"} fallback={<AcknowledgeDialog alert={one.alert} onDone={props.onChange} onClose={() => setOpen(null)} />}>
            <SilenceDialog alert={one.alert} firing={of("firing")} onDone={props.onChange} onClose={() => setOpen(null)} />
          </Show>
        )}
      </Show>
    </>
  );
}

function Cards(props: { rows: readonly Told[]; names: Names; acts: Acts }): JSX.Element {
  return (
    <ul class="alerts">
      <Keyed rows={props.rows} by={(one) => one.alert.fingerprint}>{(one) => <AlertCard told={one()} names={props.names} acts={props.acts} />}</Keyed>
    </ul>
  );
}

function note(list: AlertList, shown: readonly Told[]): string {
  if (list.next_cursor) return `the ${count(list.items.length)} most severe of ${count(list.firing + list.pending)}`;
  return shown.length === 0 ? "" : `${plural(shown.length, "cause")}, the most severe first`;
}

function Quiet(): JSX.Element {
  return (
    <Empty title="Nothing fires" command={CREATE}>
      Rules that every fleet wants are on from the start: <a href="/alerts?show=rules">see them</a>. For a limit of your own, <a href="/alerts/new">make a rule here</a>, which shows how often
      it would have fired, or from a shell:
    </Empty>
  );
}
