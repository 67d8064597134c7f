import { GoogleAuth } from "google-auth-library";
import { computeEndpoint, googleToken } from "../env.ts";
import {
  at,
  listAt,
  numberAt,
  parseJson,
  textAt,
  toJsonObject,
  type Json,
  type JsonObject,
} from "../plugins/kit/json.ts";
import type { Answer, QuotaNeed } from "./account.ts";
import type { PoolNeed, StackNeed } from "../../config/account-need.ts";

/** Label of every machine that a stack makes, and how a stack's name is written there (infra/gke/names.ts). */
const stackLabel = "framewright-stack";

function labelOf(stack: string): string {
  return stack
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "-")
    .slice(0, 63);
}

/** Compute Engine's API in one project, with the credentials that Pulumi's provider would use. */
class ComputeClient {
  readonly #project: string;
  #token: Promise<string> | undefined;

  constructor(project: string) {
    this.#project = project;
  }

  async #authorization(): Promise<string> {
    this.#token ??= tokenOf();
    return `Bearer ${await this.#token}`;
  }

  /** An object of the project; undefined where there is none. */
  async get(
    path: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<JsonObject | undefined> {
    const url = new URL(`projects/${this.#project}${path}`, computeEndpoint());
    url.search = new URLSearchParams(query).toString();
    const response = await fetch(url, { headers: { authorization: await this.#authorization() } });
    if (response.status === 404) return undefined;
    const text = await response.text();
    if (response.ok) return toJsonObject(parseJson(text));
    const why = text.replaceAll(/\s+/g, " ").slice(0, 300);
    throw new Error(
      `Google Cloud refuses to show projects/${this.#project}${path} (${response.status}): ${why}`,
    );
  }

  /** All pages of a list. */
  async list(path: string, query: Readonly<Record<string, string>> = {}): Promise<JsonObject[]> {
    const pages: JsonObject[] = [];
    let pageToken: string | undefined;
    do {
      const page = await this.get(path, pageToken === undefined ? query : { ...query, pageToken });
      if (page === undefined) break;
      pages.push(page);
      pageToken = textAt(page, "nextPageToken");
    } while (pageToken !== undefined);
    return pages;
  }
}

async function tokenOf(): Promise<string> {
  const given = googleToken();
  if (given !== undefined) return given;
  const scopes = ["https://www.googleapis.com/auth/compute.readonly"];
  const token = await new GoogleAuth({ scopes }).getAccessToken();
  if (token === undefined || token === null) {
    throw new Error(
      "there are no credentials of Google Cloud: run `gcloud auth application-default login`",
    );
  }
  return token;
}

function lastPart(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1);
}

interface Zone {
  readonly name: string;
  readonly accelerators: readonly string[];
  /** vCPUs of the machine types that the stack wants, where the zone has them. */
  readonly machines: ReadonlyMap<string, number>;
}

async function zoneOf(
  client: ComputeClient,
  name: string,
  machines: readonly string[],
): Promise<Zone> {
  const found = await Promise.all(
    machines.map(async (machine) => {
      const type = await client.get(`/zones/${name}/machineTypes/${machine}`);
      return type === undefined ? [] : [[machine, numberAt(type, "guestCpus") ?? 0] as const];
    }),
  );
  const pages = await client.list(`/zones/${name}/acceleratorTypes`);
  const accelerators = pages.flatMap((page) => listAt(page, "items"));
  return {
    name,
    accelerators: accelerators.map((type) => textAt(type, "name") ?? ""),
    machines: new Map(found.flat()),
  };
}

function sells(zone: Zone, { machine, accelerator }: PoolNeed): boolean {
  return (
    zone.machines.has(machine) &&
    (accelerator === undefined || zone.accelerators.includes(accelerator))
  );
}

/** Nodes of one kind, as quotas count them. */
interface Nodes {
  readonly machine: string;
  readonly vcpus: number;
  readonly accelerator?: string | undefined;
  readonly gpus: number;
  readonly spot: boolean;
  readonly diskGi: number;
}

/** "NVIDIA_L4_GPUS" of nvidia-l4, "NVIDIA_A100_GPUS" of nvidia-tesla-a100; spot has a quota of its own. */
function gpuMetric({ accelerator, spot }: Nodes): string | undefined {
  if (accelerator === undefined) return undefined;
  const model = accelerator
    .replace(/^nvidia-(tesla-)?/, "")
    .toUpperCase()
    .replaceAll("-", "_");
  return `${spot ? "PREEMPTIBLE_" : ""}NVIDIA_${model}_GPUS`;
}

/** The family's own quota of vCPUs where the region has one (N2_CPUS, A2_CPUS), else the one of all (CPUS). */
function cpuMetric({ machine }: Nodes, region: readonly Json[]): string {
  const own = `${machine.split("-")[0]?.toUpperCase() ?? ""}_CPUS`;
  return region.some((quota) => textAt(quota, "metric") === own) ? own : "CPUS";
}

/** What a node takes of each quota of the region, and of the project; disks of nodes and volumes are SSDs to Google. */
function takes(nodes: Nodes, region: readonly Json[]): (readonly [string, number])[] {
  const gpu = gpuMetric(nodes);
  return [
    [cpuMetric(nodes, region), nodes.vcpus],
    ["CPUS_ALL_REGIONS", nodes.vcpus],
    ["SSD_TOTAL_GB", nodes.diskGi],
    ...(gpu === undefined
      ? []
      : ([
          [gpu, nodes.gpus],
          ["GPUS_ALL_REGIONS", nodes.gpus],
        ] as const)),
  ];
}

function total(
  of: readonly (readonly [Nodes, number])[],
  region: readonly Json[],
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [nodes, count] of of) {
    for (const [metric, each] of takes(nodes, region)) {
      sums.set(metric, (sums.get(metric) ?? 0) + each * count);
    }
  }
  return sums;
}

function nodesOf(pool: PoolNeed, zones: readonly Zone[]): Nodes {
  const vcpus = zones.map(({ machines }) => machines.get(pool.machine) ?? 0);
  return { ...pool, vcpus: Math.max(0, ...vcpus) };
}

/** A machine that the stack has already: it counts in the usage of the quotas. */
function nodeOf(instance: Json, vcpus: ReadonlyMap<string, number>): Nodes {
  const machine = lastPart(textAt(instance, "machineType") ?? "");
  const [gpu] = listAt(instance, "guestAccelerators");
  const disks = listAt(instance, "disks").map((disk) => Number(textAt(disk, "diskSizeGb") ?? 0));
  return {
    machine,
    vcpus: vcpus.get(machine) ?? 0,
    ...(gpu === undefined ? {} : { accelerator: lastPart(textAt(gpu, "acceleratorType") ?? "") }),
    gpus: numberAt(gpu, "acceleratorCount") ?? 0,
    spot: textAt(instance, "scheduling", "provisioningModel") === "SPOT",
    diskGi: disks.reduce((sum, size) => sum + size, 0),
  };
}

async function ownNodes(
  client: ComputeClient,
  stack: string,
  zones: readonly Zone[],
): Promise<Nodes[]> {
  const filter = `labels.${stackLabel}=${labelOf(stack)}`;
  const pages = await client.list("/aggregated/instances", { filter });
  const vcpus = new Map(zones.flatMap(({ machines }) => [...machines]));
  return pages.flatMap((page) =>
    Object.values(toJsonObject(at(page, "items") ?? {}))
      .flatMap((zone) => listAt(zone, "instances"))
      .map((instance) => nodeOf(instance, vcpus)),
  );
}

const explained: Readonly<Record<string, string>> = {
  GPUS_ALL_REGIONS: "GPUs of all regions together",
  CPUS_ALL_REGIONS: "vCPUs of all regions together",
  SSD_TOTAL_GB: "GB of disks, of nodes and services",
  IN_USE_ADDRESSES: "addresses on the internet",
};

interface Sums {
  readonly start: ReadonlyMap<string, number>;
  readonly most: ReadonlyMap<string, number>;
  readonly own: ReadonlyMap<string, number>;
}

function quotaNeeds(
  quotas: readonly Json[],
  sums: Sums,
  { owner, region }: StackNeed,
): QuotaNeed[] {
  return [...sums.most].flatMap(([id, most]) => {
    const found = quotas.find((quota) => textAt(quota, "metric") === id);
    if (found === undefined || most === 0) return [];
    const own = sums.own.get(id) ?? 0;
    const used = Math.max(0, (numberAt(found, "usage") ?? 0) - own);
    const place = id.endsWith("_ALL_REGIONS") ? "global" : region;
    return [
      {
        id,
        what: explained[id] ?? (id.endsWith("_GPUS") ? "GPUs of one model" : "vCPUs of one family"),
        start: sums.start.get(id) ?? 0,
        most,
        room: { limit: numberAt(found, "limit") ?? 0, used },
        ask: (limit: number) =>
          `ask for ${limit} of ${id} (${place}) at https://console.cloud.google.com/iam-admin/quotas?project=${owner}`,
      },
    ];
  });
}

/** Addresses of the NAT, which takes them by itself: one is enough for 1,000 nodes at 64 ports each. */
const natAddresses = 1;

export async function askGoogle(need: StackNeed): Promise<Answer> {
  const client = new ComputeClient(need.owner);
  const [region, project] = await Promise.all([
    client.get(`/regions/${need.region}`),
    client.get(""),
  ]);
  if (region === undefined || project === undefined) {
    throw new Error(
      `Google Cloud shows no region ${need.region} of project ${need.owner}: check gke.project and gke.region, and that the Compute Engine API is enabled`,
    );
  }
  const machines = [...new Set(need.pools.map(({ machine }) => machine))];
  const names = listAt(region, "zones").map((zone) =>
    lastPart(typeof zone === "string" ? zone : ""),
  );
  const zones = await Promise.all(names.map((name) => zoneOf(client, name, machines)));
  const quotas = [...listAt(region, "quotas"), ...listAt(project, "quotas")];
  const counted = (count: (pool: PoolNeed) => number) => {
    const sums = total(
      need.pools.map((pool) => [nodesOf(pool, zones), count(pool)] as const),
      quotas,
    );
    return sums.set("SSD_TOTAL_GB", (sums.get("SSD_TOTAL_GB") ?? 0) + need.volumesGi);
  };
  const own = await ownNodes(client, need.stack, zones);
  const addresses = ["IN_USE_ADDRESSES", natAddresses + need.publicAddresses] as const;
  const sums: Sums = {
    start: new Map([...counted(({ start }) => start), addresses]),
    most: new Map([...counted(({ most }) => most), addresses]),
    own: new Map([
      ...total(
        own.map((nodes) => [nodes, 1] as const),
        quotas,
      ),
      // A stack with nodes has its addresses.
      ...(own.length > 0 ? [addresses] : []),
    ]),
  };
  return {
    zones: names,
    sold: new Map(
      need.pools.map((pool) => [
        pool.pool,
        zones.filter((zone) => sells(zone, pool)).map(({ name }) => name),
      ]),
    ),
    quotas: quotaNeeds(quotas, sums, need),
  };
}
