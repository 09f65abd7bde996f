// The fleet at a glance. Owns the order of its parts.

import { Show, type JSX } from "solid-js";
import { Empty } from "../parts/Empty";
import { useFleet } from "../live";
import { HeadlineBar } from "./HeadlineBar";

export default function FleetPage(): JSX.Element {
  const fleet = useFleet();
  return (
    <>
      <h1 class="hidden">Fleet</h1>
      <HeadlineBar fleet={fleet} />
      <Show when={fleet().isKnown && fleet().present.length === 0}>
        <Empty title="No agent has joined yet" command="paceline demo">
          See a simulated fleet at work, or <a href="/connect">connect your own agents</a>.
        </Empty>
      </Show>
    </>
  );
}
