import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Api } from "../api/api.ts";
import { View } from "../api/view.ts";
import { worldOf } from "../nodes/world.ts";
import { PoolReader } from "../pools/pool-reader.ts";
import { ClusterFolder } from "../folder.ts";
import { endAll } from "../processes.ts";
import { readSettings } from "../settings.ts";
import { CloudStore } from "../../kit/store.ts";
import { Rounds } from "./rounds.ts";

/** Milliseconds between looks at what has changed. */
const lookMs = 100;
/** Delays end and files change without the API's saying so. */
const idleMs = 500;
/** A cluster that nobody has stopped ends by itself, in milliseconds: whoever started it is long gone. */
const lifetimeMs = 3 * 60 * 60_000;

const [cloudFolder, id] = process.argv.slice(2);
if (cloudFolder === undefined || id === undefined) {
  throw new Error("usage: main.ts <folder of the simulated cloud> <id of the cluster>");
}

const folder = new ClusterFolder({ cloudFolder, id });
const { cloud } = folder.readCluster();
const stop = new AbortController();
const api = new Api(folder.readAccess(), stop.signal);
const view = new View(api, cloud);
const store = new CloudStore(cloudFolder);
const cluster = { cloud, id };
const poolReader = new PoolReader(store, cluster);
const rounds = new Rounds(folder.readBegun(), (pools) => {
  folder.writeBegun(pools);
});

async function round(): Promise<void> {
  const settings = readSettings(store.folder);
  const pools = poolReader.read();
  await rounds.round(worldOf({ cluster, store, api, view, settings, pools }));
}

/** What one round stumbles over, the next one meets again, or not. */
async function roundOrLog(): Promise<void> {
  try {
    await round();
  } catch (error) {
    console.error(new Date().toISOString(), error);
  }
}

const started = Date.now();
let last = 0;
const processes = folder.readProcesses();
while (existsSync(folder.pidsFile) && Date.now() - started < lifetimeMs) {
  const now = Date.now();
  if (view.complete && (view.takeChanges() || now - last > idleMs)) {
    last = now;
    await roundOrLog();
  }
  await sleep(lookMs);
}
// Somebody has deleted the folder instead of stopping the cluster, or forgotten the cluster.
stop.abort();
await endAll(processes.filter(({ pid }) => pid !== process.pid));
