import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { imageRoot } from "../../tools/images/roots.ts";
import {
  account,
  kinds,
  newPassword,
  portOf,
  type Place,
  type ServiceName,
} from "./services/kinds.ts";
import { freePort } from "./services/ports.ts";
import { Sandbox } from "./services/sandbox.ts";

/** Milliseconds until a service must answer; a broker takes 10 s on an idle machine of two cores. */
const readyWithinMs = 120_000;

/** Folders of all running services: `<pid>.<start time of the process>.<random>`. */
const allFolders = join(tmpdir(), "framewright-services");

/** Start time of a process in clock ticks since boot, which tells it from a later one of the same id. */
function startTimeOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")")).split(" ")[20];
  } catch {
    return undefined; // it has ended
  }
}

/** Removes the folders of test processes that were killed; their services and mounts ended with them. */
function removeLeftovers(): void {
  for (const name of readdirSync(allFolders)) {
    const [pid = "", started] = name.split(".");
    if (startTimeOf(pid) !== started)
      rmSync(join(allFolders, name), { recursive: true, force: true });
  }
}

class Service {
  readonly place: Place;
  private readonly name: ServiceName;
  private readonly sandbox: Sandbox;

  constructor(name: ServiceName, place: Place, sandbox: Sandbox) {
    this.name = name;
    this.place = place;
    this.sandbox = sandbox;
  }

  static async create(name: ServiceName, parent: string): Promise<Service> {
    const kind = kinds[name];
    const ports: Record<string, number> = {};
    for (const port of kind.ports) ports[port] = await freePort();
    const place = { ports, password: newPassword() };
    const { command, path, env, files = {} } = kind.run(place);
    const folder = join(parent, name);
    const root = await imageRoot(kind.image);
    const { confAt } = kind;
    const sandbox = new Sandbox({ folder, root, command, path, env, confAt });
    for (const [file, text] of Object.entries(files))
      writeFileSync(join(folder, "conf", file), text);
    return new Service(name, place, sandbox);
  }

  async start(): Promise<void> {
    this.sandbox.start();
    const deadline = performance.now() + readyWithinMs;
    for (;;) {
      try {
        await kinds[this.name].ready(this.place);
        return;
      } catch (cause) {
        const isLate = performance.now() > deadline;
        if (isLate || !this.sandbox.isRunning) {
          const what = isLate
            ? `is not ready after ${readyWithinMs / 1000} s`
            : "ended at its start";
          const lines = this.sandbox.lastLogLines();
          await this.sandbox.kill();
          throw new Error(`${this.name} ${what}; its last lines:\n${lines}`, { cause });
        }
        await sleep(100);
      }
    }
  }

  stop(): Promise<void> {
    return this.sandbox.stop(kinds[this.name].stopSignal);
  }

  kill(): Promise<void> {
    return this.sandbox.kill();
  }

  get data(): string {
    return this.sandbox.data;
  }

  wipe(): void {
    this.sandbox.wipe();
  }
}

/** Where the services are reached; empty for those that were not asked for. */
interface ServiceUrls {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  /** Base of RabbitMQ's management API with user and password in it. */
  readonly amqpManagementUrl: string;
  readonly redisUrl: string;
  readonly s3: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
  };
}

/** What {@link startServices} returns. */
export interface Services extends ServiceUrls {
  /** Stops it in order (or finds it down), leaves it down for `downMs`, starts it on its old data and ports. */
  restart(name: ServiceName, options?: { readonly downMs?: number }): Promise<void>;
  /** Ends it as a power cut would; it stays down until `restart` or `wipe`. */
  kill(name: ServiceName): Promise<void>;
  /** Where its data is on this machine. Only to be changed while it is down. */
  dataOf(name: ServiceName): string;
  /** Deletes all its data and starts it empty on the same ports. */
  wipe(name: ServiceName): Promise<void>;
  stop(): Promise<void>;
}

export type Wanted = Readonly<Partial<Record<ServiceName, true>>>;

const names: readonly ServiceName[] = ["postgres", "rabbitmq", "redis", "objectStore"];

function urlsOf(places: ReadonlyMap<ServiceName, Place>): ServiceUrls {
  const url = (
    name: ServiceName,
    port: string,
    text: (host: string, password: string) => string,
  ): string => {
    const place = places.get(name);
    return place === undefined ? "" : text(`127.0.0.1:${portOf(place, port)}`, place.password);
  };
  return {
    databaseUrl: url(
      "postgres",
      "sql",
      (at, word) => `postgres://${account}:${word}@${at}/${account}`,
    ),
    amqpUrl: url("rabbitmq", "amqp", (at, word) => `amqp://${account}:${word}@${at}/`),
    amqpManagementUrl: url(
      "rabbitmq",
      "management",
      (at, word) => `http://${account}:${word}@${at}`,
    ),
    redisUrl: url("redis", "redis", (at, word) => `redis://:${word}@${at}`),
    s3: {
      endpoint: url("objectStore", "s3", (at) => `http://${at}`),
      accessKeyId: account,
      secretAccessKey: places.get("objectStore")?.password ?? "",
      region: "us-east-1",
    },
  };
}

/**
 * Starts the platform's own services from their images, as real processes on free ports of loopback with
 * data in a temporary folder. They end with this process, however it ends.
 */
export async function startServices(wanted: Wanted): Promise<Services> {
  if (process.getuid?.() !== 0)
    throw new Error("the services of the tests are started by root only");
  mkdirSync(allFolders, { recursive: true });
  removeLeftovers();
  const own = `${process.pid}.${startTimeOf(String(process.pid)) ?? ""}.`;
  const folder = mkdtempSync(join(allFolders, own));
  const services = new Map<ServiceName, Service>();
  const stop = async (): Promise<void> => {
    await Promise.all([...services.values()].map((service) => service.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
  const find = (name: ServiceName): Service => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`${name} was not asked for in startServices`);
    return service;
  };
  try {
    for (const name of names.filter((candidate) => wanted[candidate] === true)) {
      services.set(name, await Service.create(name, folder));
    }
    await Promise.all([...services.values()].map((service) => service.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...urlsOf(new Map([...services].map(([name, service]) => [name, service.place]))),
    async restart(name, { downMs = 0 } = {}) {
      await find(name).stop();
      await sleep(downMs);
      await find(name).start();
    },
    kill: (name) => find(name).kill(),
    dataOf: (name) => find(name).data,
    async wipe(name) {
      await find(name).kill();
      find(name).wipe();
      await find(name).start();
    },
    stop,
  };
}
