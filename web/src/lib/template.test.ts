import { expect, test } from "vitest";
import { tokens } from "./template";

const of = (markup: string) => [...tokens(markup)];

test("markup that the compiler writes is read as it is meant", () => {
  expect(of('<p class="a b"id="x" hidden>1 &lt; 2<!><br></p>')).toEqual([
    { kind: "open", name: "p", attributes: [["class", "a b"], ["id", "x"], ["hidden", ""]], isClosed: false },
    { kind: "text", text: "1 < 2" },
    { kind: "mark" },
    { kind: "open", name: "br", attributes: [], isClosed: true },
    { kind: "close", name: "p" },
  ]);
});

test("an attribute may hold any character", () => {
  expect(of('<a title="1 > 0 &amp; &quot;x&quot;">')).toEqual([
    { kind: "open", name: "a", attributes: [["title", '1 > 0 & "x"']], isClosed: false },
  ]);
});

test("what is no template's markup is refused", () => {
  expect(() => of("<p><!-- words --></p>")).toThrow("not a template's");
  expect(() => of("<p onclick=alert(1)>")).toThrow("not a template's");
});
