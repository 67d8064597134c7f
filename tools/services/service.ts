import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { imageRoot } from "../images/roots.ts";
import { freePort } from "./free-port.ts";
import { kinds, newPassword, type Place, type ServiceName } from "./kinds.ts";
import { Sandbox } from "./sandbox.ts";

/** Milliseconds until a service must answer; a broker takes 10 s on an idle machine of two cores. */
const readyWithinMs = 120_000;

/** Free ports and a password for a service. */
export async function newPlace(name: ServiceName): Promise<Place> {
  const ports: Record<string, number> = {};
  for (const port of kinds[name].ports) ports[port] = await freePort();
  return { ports, password: newPassword() };
}

/** One service with its data in a folder of its own. */
export class Service {
  readonly place: Place;
  private readonly name: ServiceName;
  private readonly sandbox: Sandbox;

  constructor(name: ServiceName, place: Place, sandbox: Sandbox) {
    this.name = name;
    this.place = place;
    this.sandbox = sandbox;
  }

  /** @param parent gets a folder of the service's name */
  static async create(name: ServiceName, place: Place, parent: string): Promise<Service> {
    const kind = kinds[name];
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
