// A Paceline process. Owns starting it, waiting for its address and ending it.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a scenario that failed left running keeps this process alive. */
const running = new Set();
export const endAll = () => Promise.all([...running].map((server) => server.end("SIGKILL")));

export class Server {
  /** On a data directory; `port` 0 is any that is free. */
  static async start(binary, data, { port = 0, flags = [] } = {}) {
    const child = spawn(binary, ["serve", "--listen", `127.0.0.1:${port}`, "--data", data, ...flags], { stdio: ["ignore", "ignore", "pipe"] });
    const url = await announced(child);
    return new Server(child, url);
  }

  constructor(child, url) {
    this.child = child;
    this.url = url;
    this.ended = new Promise((resolve) => child.once("exit", resolve)).finally(() => running.delete(this));
    running.add(this);
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  async end(signal = "SIGTERM") {
    this.child.kill(signal);
    await this.ended;
  }

  async ask(method, path, body, headers = {}) {
    const init = { method, headers: { "content-type": "application/json", ...headers } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const answer = await fetch(this.url + path, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  get = (path) => this.ask("GET", path);
  post = (path, body = {}) => this.ask("POST", path, body);
  put = (path, body) => this.ask("PUT", path, body);
}

function announced(child) {
  return new Promise((resolve, reject) => {
    const said = [];
    const lines = createInterface({ input: child.stderr });
    lines.on("line", (line) => {
      said.push(line);
      const found = line.match(/listening on (http:\/\/\S+)/);
      if (found) resolve(found[1]);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${said.join("\n")}`)));
  });
}
