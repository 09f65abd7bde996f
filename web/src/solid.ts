// Solid as compiled components import it. Owns the one replacement: markup known at build time becomes
// nodes without the browser's HTML parser, so that the page runs under `trusted-types 'none'`.
// Refuses anything else of its own.

export * from "solid-js/web";
export { template } from "./lib/template";
