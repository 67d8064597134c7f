import { randomBytes } from "node:crypto";
import { clientKeyKind, completeKey, entropyLength } from "@framewright/contracts/api-key.ts";
import { Type, type Static } from "typebox";
import { join } from "node:path";
import { parseAs } from "../parse.ts";
import { own } from "../paths.ts";
import { freePort, isFree } from "../services/free-port.ts";
import { newPassword, serviceNames, type Place, type ServiceName } from "../services/kinds.ts";
import { newPlace } from "../services/service.ts";
import { readOr, writeWhole } from "../steps.ts";

/** Everything that `npm run dev` keeps between its runs. */
export const devFolder = join(own, "dev");
const stateFile = (folder: string): string => join(folder, "state.json");
export const devPidFile = join(devFolder, "pid");

const Ports = Type.Record(Type.String(), Type.Integer());
const DevState = Type.Object({
  services: Type.Record(Type.String(), Type.Object({ ports: Ports, password: Type.String() })),
  ports: Type.Object({
    http: Type.Integer(),
    worker: Type.Integer(),
    metrics: Type.Integer(),
    workerHealth: Type.Integer(),
  }),
  apiKey: Type.String(),
  workerAdminSecret: Type.String(),
  playbackSecret: Type.String(),
});
export type DevState = Static<typeof DevState>;

/** Where the clients' API is reached, for as long as nobody else has taken the port. */
const firstHttpPort = 8000;

async function newState(): Promise<DevState> {
  const services: Record<string, Place> = {};
  for (const name of serviceNames) services[name] = await newPlace(name);
  return {
    services,
    ports: {
      http: firstHttpPort,
      worker: await freePort(),
      metrics: await freePort(),
      workerHealth: await freePort(),
    },
    apiKey: completeKey(
      clientKeyKind,
      randomBytes(entropyLength).toString("hex").slice(0, entropyLength),
    ),
    workerAdminSecret: newPassword(),
    playbackSecret: newPassword(),
  };
}

async function stillFree<T extends Readonly<Record<string, number>>>(ports: T): Promise<T> {
  const now = { ...ports };
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isFree(port))) Object.assign(now, { [name]: await freePort() });
  }
  return now;
}

/** The state of the last run. */
export function savedState(folder: string): DevState | undefined {
  const file = stateFile(folder);
  const text = readOr(file, "");
  return text === "" ? undefined : parseAs(DevState, JSON.parse(text), file);
}

/** The state of the last run, with other ports for those that are taken now; a new one if there was none. */
export async function prepareState(folder: string): Promise<DevState> {
  const before = savedState(folder) ?? (await newState());
  const services: Record<string, Place> = {};
  for (const [name, { ports, password }] of Object.entries(before.services)) {
    services[name] = { ports: await stillFree(ports), password };
  }
  const state = { ...before, services, ports: await stillFree(before.ports) };
  writeWhole(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`, 0o600);
  return state;
}

export function placeOf({ services }: DevState, name: ServiceName): Place {
  const place = services[name];
  if (place === undefined) throw new Error(`The state has no ${name}; begin anew with --fresh`);
  return place;
}
