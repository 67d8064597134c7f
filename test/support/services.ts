import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTime } from "../../tools/node/processes.ts";
import { serviceNames, type ServiceName } from "../../tools/services/kinds.ts";
import { urlsOf, type ServiceUrls } from "../../tools/services/service-urls.ts";
import { newPlace, Service } from "../../tools/services/service.ts";

/** Folders of all running services: `<pid>.<start time of the process>.<random>`. */
const allFolders = join(tmpdir(), `framewright-services-${userInfo().uid}`);

/** Removes the folders of test processes that were killed; their services and mounts ended with them. */
function removeLeftovers(): void {
  for (const name of readdirSync(allFolders)) {
    const [pid = "", started] = name.split(".");
    if (startTime(Number(pid)) !== started)
      rmSync(join(allFolders, name), { recursive: true, force: true });
  }
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

/**
 * Starts the platform's own services from their images, as real processes on free ports of loopback with
 * data in a temporary folder. They end with this process, however it ends.
 */
export async function startServices(wanted: Wanted): Promise<Services> {
  mkdirSync(allFolders, { recursive: true });
  removeLeftovers();
  const own = `${process.pid}.${startTime(process.pid) ?? ""}.`;
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
    for (const name of serviceNames.filter((candidate) => wanted[candidate] === true)) {
      services.set(name, await Service.create(name, await newPlace(name), folder));
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
