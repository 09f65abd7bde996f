// Names, labels and values that there are, read once and kept while the page is shown. Owns the requests;
// refuses to know what is being typed.

import { createSignal, onMount, type Accessor } from "solid-js";
import type { Metadata } from "../../lib/units";
import { api, every } from "../session";

interface List {
  data: string[];
}

export interface Vocabulary {
  /** null until known. */
  metrics: Accessor<readonly string[] | null>;
  metadata: Accessor<Readonly<Record<string, Metadata>>>;
  error: Accessor<unknown>;
  labels(metrics: readonly string[]): Promise<readonly string[]>;
  values(label: string, metrics: readonly string[]): Promise<readonly string[]>;
}

const ROOT = "/prometheus/api/v1";
const VALUES_MAX = 1000;
const AGAIN_MS = 10_000;

export function useVocabulary(): Vocabulary {
  const [metrics, setMetrics] = createSignal<readonly string[] | null>(null, { equals: (a, b) => a?.join() === b?.join() });
  const [metadata, setMetadata] = createSignal<Record<string, Metadata>>({}, { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  const [error, setError] = createSignal<unknown>(null);
  const kept = new Map<string, Promise<readonly string[]>>();

  const load = async () => {
    try {
      const [names, described] = await Promise.all([
        api.get<List>(`${ROOT}/label/__name__/values`),
        api.get<{ data: Record<string, Metadata[]> }>(`${ROOT}/metadata`),
      ]);
      setMetrics(names.data);
      setMetadata(Object.fromEntries(Object.entries(described.data).flatMap(([name, [first]]) => (first ? [[name, first]] : []))));
      setError(null);
      kept.clear();
    } catch (failure) {
      setError(failure);
    }
  };
  onMount(() => void load());
  every(() => AGAIN_MS, () => void load());

  const ask = (path: string, metric: string | undefined) => {
    const query: Record<string, string | number> = { limit: VALUES_MAX, ...(metric ? { "match[]": metric } : {}) };
    const key = path + (metric ?? "");
    const asked = kept.get(key) ?? api.get<List>(`${ROOT}/${path}`, query).then((answer) => answer.data, () => []);
    kept.set(key, asked);
    return asked;
  };
  const ofAll = async (path: string, metrics: readonly string[]) => {
    const lists = await Promise.all((0 < metrics.length ? metrics : [undefined]).map((metric) => ask(path, metric)));
    return [...new Set(lists.flat())].filter((one) => one !== "__name__");
  };
  return {
    metrics, metadata, error,
    labels: (metrics) => ofAll("labels", metrics),
    values: (label, metrics) => ofAll(`label/${encodeURIComponent(label)}/values`, metrics),
  };
}
