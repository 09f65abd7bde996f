// Which alerts matchers mean, to say so before a silence is made. Owns what Alertmanager does: all must match, a label that is not
// there has the empty value, an expression is anchored. The server decides what is silenced.

import type { Alert, SilenceMatcher } from "../wire";

type Test = (labels: Readonly<Record<string, string>>) => boolean;

/** null where an expression is not one for a browser: the server's are RE2. */
export function meant(matchers: readonly SilenceMatcher[], alerts: readonly Alert[]): Alert[] | null {
  const tests = matchers.map(testOf);
  if (tests.includes(null)) return null;
  return alerts.filter((alert) => tests.every((test) => test?.(alert.labels)));
}

function testOf(one: SilenceMatcher): Test | null {
  const valueIn = (labels: Readonly<Record<string, string>>) => (Object.hasOwn(labels, one.name) ? (labels[one.name] ?? "") : "");
  if (!one.is_regex) return (labels) => (valueIn(labels) === one.value) === one.is_equal;
  try {
    const expression = new RegExp(`^(?:${one.value})$`, "s");
    return (labels) => expression.test(valueIn(labels)) === one.is_equal;
  } catch {
    return null;
  }
}
