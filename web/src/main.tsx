// Where the page begins.

import { render } from "~solid";
import { App } from "./views/shell/App";
import "uplot/dist/uPlot.min.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/charts.css";
import "./styles/pages.css";
import "./styles/alerts.css";

const root = document.getElementById("app");
// What the document shows until now has done its work.
root?.replaceChildren();
if (root) render(() => <App />, root);
