// How to join. Owns the layout; the words are in `lib/connect.json`, which the server's page without
// script shows too.

import { For, type JSX } from "solid-js";
import words from "../../lib/connect.json";
import { Command } from "../parts/Empty";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";

const here = (text: string) => text.replaceAll("{base}", location.origin);

export default function ConnectPage(): JSX.Element {
  return (
    <>
      <h1>Connect</h1>
      <p class="lead">{words.intro}</p>
      <Panel title="Connect an agent">
        <p>
          <Prose text={here(words.endpoint)} />
        </p>
        <For each={words.clients}>
          {(client) => (
            <>
              <h3>{client.name}</h3>
              <Command text={here(client.snippet)} />
            </>
          )}
        </For>
      </Panel>
      <Panel title="Or by HTTP">
        <Command text={here(words.http)} />
      </Panel>
      <Panel title="Tool calls, tokens and cost">
        <p>Coding agents tell these by OpenTelemetry. Set before the agent starts:</p>
        <Command text={here(words.telemetry)} />
      </Panel>
      <Panel title="Look around">
        <ul class="links">
          <For each={words.links}>
            {(link) => (
              <li>
                <a href={link.href} target="_blank" rel="noopener">{link.href}</a> <span class="soft">{link.words}</span>
              </li>
            )}
          </For>
        </ul>
      </Panel>
    </>
  );
}
