// The frame around every page: skip link, top bar, navigation, the page itself, status. Owns the landmarks
// and where focus goes; refuses content.

import { createEffect, ErrorBoundary, Show, Suspense, untrack, type JSX } from "solid-js";
import { pageOf } from "../pages";
import { listen, onArrival, route } from "../router";
import { Help } from "./Help";
import { listenToKeys } from "./keys";
import { Navigation } from "./Navigation";
import { Status } from "./Status";
import { applyTheme } from "./theme";
import { TokenGate } from "./TokenGate";
import { TopBar } from "./TopBar";
import { Failure } from "../parts/Failure";

export function App(): JSX.Element {
  let main!: HTMLElement;
  listen();
  listenToKeys();
  applyTheme();
  onArrival(() => {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  });
  createEffect(() => (document.title = `${title()} · Paceline`));
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.focus())}>
        Skip to content
      </a>
      <TopBar />
      <Navigation />
      <main id="main" tabindex="-1" ref={main}>
        <ErrorBoundary fallback={(error, reset) => <Failure error={error} retry={reset} />}>
          <Suspense fallback={<p class="loading">Loading…</p>}>
            {/* Keyed by the path: another agent is another page, with its own subscriptions. */}
            <Show when={place()} keyed>
              {(_) => {
                const View = untrack(view) ?? Lost;
                return <View />;
              }}
            </Show>
          </Suspense>
        </ErrorBoundary>
      </main>
      <Status />
      <Help />
      <TokenGate />
    </>
  );
}

const place = () => `/${[route().page, ...route().rest].join("/")}`;

function view() {
  const page = pageOf(route().page);
  return 0 < route().rest.length ? page?.detail?.view : page?.view;
}

function title(): string {
  const page = pageOf(route().page);
  return (0 < route().rest.length ? page?.detail?.title : page?.title) ?? "Not found";
}

function Lost(): JSX.Element {
  return (
    <section class="empty">
      <h1>There is no such page</h1>
      <p>
        Nothing is at <code>{place()}</code>. <a href="/">Back to the fleet</a>
      </p>
    </section>
  );
}
