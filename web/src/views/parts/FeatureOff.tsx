// What stands where agents' metrics would be while they are switched off.

import type { JSX } from "solid-js";
import { Command } from "./Empty";
import { Panel } from "./Panel";

export function FeatureOff(): JSX.Element {
  return (
    <Panel title="Agents' metrics are switched off">
      <p>
        The feature <code>enable-agent-metrics</code> is off: no history, no comparison, no custom metrics. Coordination goes on. To switch it on:
      </p>
      <Command text="paceline feature set enable-agent-metrics true" />
    </Panel>
  );
}
