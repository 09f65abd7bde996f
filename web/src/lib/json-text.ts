// JSON as text for people: one line of it, and its branches one by one. Owns how much of a large value is
// shown at once; refuses markup.

export interface Branch {
  /** A field's name or an element's number. */
  name: string;
  value: unknown;
}

/** The first characters of a value on one line; nothing beyond them is visited. */
export function preview(value: unknown, charactersMax = 160): string {
  const out = { text: "", left: charactersMax };
  write(value, out);
  return 0 < out.left ? out.text : `${out.text.slice(0, charactersMax)}…`;
}

/** Fields or elements, at most so many of them. */
export function branches(value: object, max: number): Branch[] {
  if (Array.isArray(value)) return value.slice(0, max).map((one, index) => ({ name: String(index), value: one }));
  const found: Branch[] = [];
  for (const name in value) {
    if (found.length === max) break;
    found.push({ name, value: (value as Record<string, unknown>)[name] });
  }
  return found;
}

export const isBranch = (value: unknown): value is object => typeof value === "object" && value !== null;

export const size = (value: object): number => (Array.isArray(value) ? value.length : Object.keys(value).length);

/** `3 fields`, `1 element`. */
export function sizeText(value: object): string {
  const many = size(value);
  return `${many.toLocaleString("en-US")} ${Array.isArray(value) ? "element" : "field"}${many === 1 ? "" : "s"}`;
}

interface Out {
  text: string;
  left: number;
}

function write(value: unknown, out: Out): void {
  if (out.left <= 0) return;
  if (!isBranch(value)) return say(typeof value === "string" ? quote(value, out.left) : String(value), out);
  const isList = Array.isArray(value);
  say(isList ? "[" : "{ ", out);
  let isFirst = true;
  for (const one of branches(value, out.left)) {
    if (out.left <= 0) return;
    say(isFirst ? "" : ", ", out);
    if (!isList) say(`${one.name}: `, out);
    write(one.value, out);
    isFirst = false;
  }
  say(isList ? "]" : " }", out);
}

function say(text: string, out: Out): void {
  out.text += text;
  out.left -= text.length;
}

const quote = (text: string, max: number) => JSON.stringify(text.slice(0, max + 1));
