import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, openSync, closeSync, readFileSync, renameSync } from "node:fs";
import { get as httpGet } from "node:http";
import { get as httpsGet, Agent } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inside } from "./addresses.ts";
import type { Component } from "./components.ts";

/** The file descriptor of the machine's own network namespace, which whoever starts the supervisor gives it. */
const outerNetwork = 3;

/** How long a component may take to answer for the first time. */
const readyTimeoutMs = 90_000;
const longestPauseMs = 5_000;

function answers(component: Component): Promise<boolean> {
  const { ready } = component;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  if (ready === undefined) return Promise.resolve(true);
  if ("socket" in ready) {
    const socket = connect(ready.socket, () => {
      socket.end();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
    return promise;
  }
  const done = (response: { statusCode?: number; resume(): void }): void => {
    response.resume();
    resolve(response.statusCode === 200);
  };
  const request = ready.url.startsWith("https:")
    ? httpsGet(ready.url, { agent: clientAgent() }, done)
    : httpGet(ready.url, done);
  request.on("error", () => {
    resolve(false);
  });
  return promise;
}

function clientAgent(): Agent {
  const pki = (file: string): Buffer => readFileSync(`${inside}/pki/${file}`);
  return new Agent({
    ca: pki("ca.crt"),
    cert: pki("kubelet-client.crt"),
    key: pki("kubelet-client.key"),
  });
}

/** Keeps the components of the node running, each with its own log file. */
export class Supervisor {
  readonly #logFolder: string;
  readonly #path: string;
  readonly #running = new Map<string, ChildProcess>();
  #stopping = false;

  constructor(logFolder: string, path: string) {
    this.#logFolder = logFolder;
    this.#path = path;
  }

  /** Starts a component and returns when it is ready; from then on it is kept alive. */
  async start(component: Component): Promise<void> {
    this.#keepAlive(component, 250);
    const deadline = Date.now() + readyTimeoutMs;
    while (!(await answers(component))) {
      if (Date.now() > deadline) {
        throw new Error(`${component.name} is not ready after ${readyTimeoutMs / 1000} s`);
      }
      await sleep(100);
    }
  }

  #keepAlive(component: Component, pauseMs: number): void {
    const outside = component.outsideIn !== undefined;
    const enter = outside ? ["nsenter", `--net=/proc/self/fd/${outerNetwork}`, "--"] : [];
    const [command, ...args] = [...enter, ...component.command];
    if (command === undefined) throw new Error(`${component.name} has no command`);
    const file = join(this.#logFolder, `${component.name}.log`);
    const log = openSync(file, "a");
    const started = Date.now();
    const child = spawn(command, args, {
      stdio: ["ignore", log, log, ...(outside ? [outerNetwork] : [])],
      env: { PATH: this.#path, HOME: "/root", ...component.env },
      cwd: component.outsideIn,
    });
    closeSync(log);
    this.#running.set(component.name, child);
    const again = (why: string): void => {
      this.#running.delete(component.name);
      if (this.#stopping) return;
      // A component that ran for a while starts again at once; one that keeps failing, ever later.
      const pause = Date.now() - started > 30_000 ? 250 : Math.min(pauseMs * 2, longestPauseMs);
      console.log(`node: ${component.name} ended (${why}); starting again in ${pause} ms`);
      setTimeout(() => {
        if (!this.#stopping) this.#keepAlive(component, pause);
      }, pause);
    };
    child.on("error", (error) => {
      again(error.message);
    });
    child.on("exit", (code, signal) => {
      again(signal ?? `status ${String(code)}`);
    });
  }

  /** Ends the components in the opposite order, so that none loses what it stands on. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const child of [...this.#running.values()].reverse()) {
      const ended = new Promise<void>((resolve) =>
        child.once("exit", () => {
          resolve();
        }),
      );
      child.kill("SIGTERM");
      await Promise.race([ended, sleep(5_000)]);
    }
  }
}

/** Keeps the log of the run before, so that a crash can be read after a restart. */
export function rotate(file: string): void {
  if (existsSync(file)) renameSync(file, `${file}.1`);
}
