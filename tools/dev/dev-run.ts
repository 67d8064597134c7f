import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerTools } from "../demo/verify.ts";
import { imageRow } from "../images/image-table.ts";
import { kinds, serviceNames, type Place, type ServiceName } from "../services/kinds.ts";
import { httpAnswers } from "../services/probes.ts";
import { urlsOf } from "../services/service-urls.ts";
import { Service } from "../services/service.ts";
import { step } from "../steps.ts";
import { apiEnv, apiUrlOf, migrateEnv, senderEnv, workerEnv } from "./environment.ts";
import { prefixed } from "./log-line.ts";
import type { ModelUrls } from "./models.ts";
import { Program } from "./program.ts";
import { placeOf, type DevState } from "./state.ts";
import { watchSources } from "./watch-sources.ts";

/** An editor writes several files at once, and a checkout many. */
const settleMs = 50;
const readyWithinMs = 60_000;

/** Each with the image that has its sources. */
const images = { worker: "worker", webhooks: "api", api: "api" } as const;
type ProgramName = keyof typeof images;
const programNames: readonly ProgramName[] = ["worker", "webhooks", "api"];

/** The folders whose sources a program runs, as its image has them. */
function foldersOf(name: ProgramName): readonly string[] {
  const { source } = imageRow(images[name]);
  return source?.kind === "app" ? source.folders : [];
}

export interface DevRunArgs {
  readonly state: DevState;
  readonly tools: WorkerTools;
  /** Gets the data of the services, and the worker's scratch space. */
  readonly folder: string;
  /** The clone whose sources are watched. */
  readonly clone: string;
  readonly print: (line: string) => void;
  /** For dubs; nothing without `--models`. */
  readonly models?: ModelUrls | undefined;
}

/** The services, the API, the webhook sender and the worker of one `npm run dev`, with what starts the programs again. */
export class DevRun {
  private readonly args: DevRunArgs;
  private readonly services: Service[] = [];
  private readonly migration: Program;
  private readonly programs: Readonly<Record<ProgramName, Program>>;
  private stopWatching: () => void = () => undefined;
  private readonly ending = new AbortController();
  private readonly changed = new Set<string>();
  private restarting: Promise<void> | undefined;

  constructor(args: DevRunArgs) {
    this.args = args;
    const { state, tools, folder, models } = args;
    const places = serviceNames.map((name): [ServiceName, Place] => [name, placeOf(state, name)]);
    const urls = urlsOf(new Map(places));
    const program = (name: string, main: string, env: Readonly<Record<string, string>>): Program =>
      new Program({ name, main, env, onLine: this.print });
    this.migration = program("migration", "api/migrate.ts", migrateEnv(state, urls));
    this.programs = {
      api: program("api", "api/main.ts", apiEnv(state, urls, models)),
      webhooks: program("webhooks", "api/send-webhooks.ts", senderEnv(state, urls)),
      worker: program(
        "worker",
        "worker/main.ts",
        workerEnv(state, urls, { tools, workDir: join(folder, "work"), models }),
      ),
    };
  }

  private readonly print = (name: string, line: string): void => {
    this.args.print(prefixed(name, line));
  };

  async start(): Promise<void> {
    await Promise.all(serviceNames.map((name) => this.startService(name)));
    this.ending.signal.throwIfAborted();
    await step(
      "schema",
      () => this.migration.run(),
      () => "up to date",
    );
    this.ending.signal.throwIfAborted();
    await step(
      "API and worker",
      () => this.startPrograms(),
      () => "ready",
    );
    this.ending.signal.throwIfAborted();
    const folders = [...new Set(programNames.flatMap(foldersOf))];
    this.stopWatching = watchSources(this.args.clone, folders, (path) => {
      this.changed.add(path);
      this.restarting ??= this.restart();
    });
  }

  private async startService(name: ServiceName): Promise<void> {
    await step(
      kinds[name].image,
      async () => {
        const service = await Service.create(
          name,
          placeOf(this.args.state, name),
          this.args.folder,
        );
        this.ending.signal.throwIfAborted();
        this.services.push(service);
        await service.start();
      },
      () => "answers",
    );
  }

  private async startPrograms(): Promise<void> {
    this.programs.api.start();
    await this.untilReady();
    this.programs.webhooks.start();
    this.programs.worker.start();
  }

  private async untilReady(): Promise<void> {
    const deadline = performance.now() + readyWithinMs;
    for (;;) {
      try {
        await httpAnswers(`${apiUrlOf(this.args.state)}/readyz`);
        return;
      } catch (cause) {
        if (performance.now() > deadline) {
          throw new Error(`The API is not ready after ${readyWithinMs / 1000} s`, { cause });
        }
        await sleep(50, undefined, { signal: this.ending.signal });
      }
    }
  }

  /** Starts again what the changes concern, and once more when there were others meanwhile. */
  private async restart(): Promise<void> {
    while (this.changed.size > 0 && !this.ending.signal.aborted) {
      await sleep(settleMs);
      const paths = [...this.changed];
      this.changed.clear();
      const concerned = programNames.filter((name) =>
        paths.some((path) => foldersOf(name).some((folder) => path.startsWith(`${folder}/`))),
      );
      this.print("dev", `${paths.join(", ")} changed; restarting ${concerned.join(" and ")}`);
      await Promise.all(concerned.map((name) => this.programs[name].stop()));
      if (paths.some((path) => path.startsWith("api/migrations/"))) await this.migrate();
      for (const name of concerned) this.programs[name].start();
    }
    this.restarting = undefined;
  }

  private async migrate(): Promise<void> {
    try {
      await this.migration.run();
    } catch (error) {
      this.print("dev", String(error));
    }
  }

  get workerPid(): number {
    return this.programs.worker.pid;
  }

  /** Kills the worker as a node that dies does, and starts another one. */
  async replaceWorker(): Promise<void> {
    await this.programs.worker.kill();
    this.programs.worker.start();
  }

  /** The programs first, so that none of them sees its services go. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.stopWatching();
    await this.restarting;
    await Promise.all([
      ...programNames.map((name) => this.programs[name].stop()),
      this.migration.stop(),
    ]);
    await Promise.all(this.services.map((service) => service.stop()));
  }
}
