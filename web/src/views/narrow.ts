// Whether the window is narrow, as a signal. Owns the one width at which tables drop columns: that of the styles.

import { createSignal } from "solid-js";

const query = matchMedia("(max-width: 52rem)");
const [isNarrow, setNarrow] = createSignal(query.matches);
query.addEventListener("change", (event) => setNarrow(event.matches));
export { isNarrow };
