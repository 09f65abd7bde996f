// The token of this tab. Owns where it is kept: `sessionStorage`, so that it ends with the tab.

import type { Keeper } from "./api";
import type { Store } from "./theme";

const KEY = "paceline.token";
/** What fits in a header and a subprotocol; others are refused before they are sent. */
const FORM = /^[A-Za-z0-9._~-]{1,512}$/;

export function keeper(store: Store): Keeper {
  return {
    get: () => store.getItem(KEY),
    set: (token) => (token === null ? store.removeItem(KEY) : store.setItem(KEY, token)),
  };
}

export const isToken = (text: string): boolean => FORM.test(text);
