// Compiled markup to nodes. Owns the few forms that Solid's compiler writes (elements with quoted
// attributes, text, `<!>`); refuses everything else loudly, because nothing else is ever passed to it:
// the strings are literals of the build, never data.
//
// Solid's own `template` assigns `innerHTML`. That is one function which a Trusted Types policy would have
// to trust for all callers; building the nodes needs no policy at all.

const SVG = "http://www.w3.org/2000/svg";
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;
const TOKEN = /<!>|<!\$>|<\/([\w:-]+)>|<([\w:-]+)((?:(?:\s+|(?<="))[^\s=>"/]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([^\s=>"]+)(?:="([^"]*)")?/g;
const ENTITY = /&(amp|lt|gt|quot|nbsp|#39);/g;
const CHARACTERS: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0", "#39": "'" };

export type Token =
  | { kind: "open"; name: string; attributes: [string, string][]; isClosed: boolean }
  | { kind: "close"; name: string }
  | { kind: "text"; text: string }
  | { kind: "mark" };

/** What Solid's compiler calls for each piece of markup: a function that makes a copy of it. */
export function template(markup: string, _isImport?: boolean, isSvg?: boolean): () => Node {
  let node: Node | undefined;
  return () => (node ??= build(markup, isSvg === true)).cloneNode(true);
}

function build(markup: string, isSvg: boolean): Node {
  const root = document.createDocumentFragment();
  // Solid wraps a piece that starts inside an image in one, and wants what is in it.
  const open: { node: Node; namespace: string | null }[] = [{ node: root, namespace: null }];
  for (const token of tokens(markup)) {
    const parent = open[open.length - 1] ?? { node: root, namespace: null };
    if (token.kind === "close") {
      open.pop();
    } else if (token.kind === "text") {
      parent.node.appendChild(document.createTextNode(token.text));
    } else if (token.kind === "mark") {
      parent.node.appendChild(document.createComment(""));
    } else {
      const namespace = token.name === "svg" ? SVG : token.name === "foreignObject" ? null : parent.namespace;
      const element = create(token.name, token.name === "foreignObject" ? SVG : namespace, token.attributes);
      parent.node.appendChild(element);
      if (!token.isClosed) open.push({ node: element, namespace });
    }
  }
  const first = isSvg ? root.firstChild?.firstChild : root.firstChild;
  if (!first) throw new Error(`markup without an element: ${markup}`);
  return first;
}

function create(name: string, namespace: string | null, attributes: [string, string][]): Element {
  const element = namespace ? document.createElementNS(namespace, name) : document.createElement(name);
  for (const [key, value] of attributes) element.setAttribute(key, value);
  return element;
}

export function* tokens(markup: string): Generator<Token> {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < markup.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(markup);
    if (!match) throw new Error(`markup that is not a template's: ${markup.slice(at, at + 40)}`);
    const next = TOKEN.lastIndex;
    yield token(match);
    TOKEN.lastIndex = next;
  }
}

function token([whole, closed, opened, attributes, slash, text]: RegExpExecArray): Token {
  if (closed) return { kind: "close", name: closed };
  if (text !== undefined) return { kind: "text", text: plain(text) };
  if (!opened) return { kind: "mark" };
  const pairs = Array.from((attributes ?? "").matchAll(ATTRIBUTE), ([, key, value]): [string, string] => [key ?? whole, plain(value ?? "")]);
  return { kind: "open", name: opened, attributes: pairs, isClosed: slash === "/" || VOID.test(opened) };
}

function plain(text: string): string {
  return text.replace(ENTITY, (whole, name: string) => CHARACTERS[name] ?? whole);
}
