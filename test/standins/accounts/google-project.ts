import { acceleratorsOf } from "../gcp/offerings.ts";
import { startServer, type AccountServer, type Asked, type Reply } from "./server.ts";

/** What is particular to a project. */
export interface GoogleProjectOptions {
  readonly project: string;
  readonly region: string;
  /** Limits by metric; those that are not named are ample. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly usage?: Readonly<Record<string, number>>;
  /** Machine types that the region does not have. */
  readonly without?: readonly string[];
  /** Machines of stacks that are there: their quota is in `usage`. */
  readonly instances?: readonly {
    readonly stack: string;
    readonly machine: string;
    readonly zone: string;
  }[];
}

const ample = 10_000;
const regional = [
  "CPUS",
  "N2_CPUS",
  "A2_CPUS",
  "SSD_TOTAL_GB",
  "IN_USE_ADDRESSES",
  ...["A100", "V100", "T4", "L4"].flatMap((model) => [
    `NVIDIA_${model}_GPUS`,
    `PREEMPTIBLE_NVIDIA_${model}_GPUS`,
  ]),
];
const global = ["GPUS_ALL_REGIONS", "CPUS_ALL_REGIONS"];
const vcpus: Readonly<Record<string, number>> = {
  "n2-standard-4": 4,
  "n1-standard-8": 8,
  "g2-standard-8": 8,
  "a2-highgpu-1g": 12,
};
const letters: Readonly<Record<string, readonly string[]>> = {
  "us-central1": ["a", "b", "c", "f"],
};

function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

function missing(path: string): Reply {
  return json(404, { error: { code: 404, message: `The resource '${path}' was not found` } });
}

function quotas(options: GoogleProjectOptions, metrics: readonly string[]): object[] {
  return metrics.map((metric) => ({
    metric,
    limit: options.limits?.[metric] ?? ample,
    usage: options.usage?.[metric] ?? 0,
  }));
}

function zonal(options: GoogleProjectOptions, path: readonly string[]): Reply {
  const [zone = "", part = "", item = ""] = path;
  if (part === "acceleratorTypes") {
    return json(200, { items: acceleratorsOf(zone).map((type) => ({ name: type })) });
  }
  const cpus = options.without?.includes(item) === true ? undefined : vcpus[item];
  return cpus === undefined ? missing(path.join("/")) : json(200, { name: item, guestCpus: cpus });
}

function answer(options: GoogleProjectOptions, { url, headers }: Asked): Reply {
  if (headers.authorization !== "Bearer stand-in") {
    return json(401, {
      error: { code: 401, message: "Request had invalid authentication credentials." },
    });
  }
  const start = `/compute/v1/projects/${options.project}`;
  if (!url.pathname.startsWith(start)) return missing(url.pathname);
  const [, kind = "", ...path] = url.pathname.slice(start.length).split("/");
  const table: Readonly<Record<string, () => Reply>> = {
    "": () => json(200, { name: options.project, quotas: quotas(options, global) }),
    regions: () => region(options, path[0] ?? "", quotas(options, regional)),
    aggregated: () => instances(options, url.searchParams.get("filter") ?? ""),
    zones: () => zonal(options, path),
  };
  return table[kind]?.() ?? missing(url.pathname);
}

function region(options: GoogleProjectOptions, name: string, quotas: readonly object[]): Reply {
  if (name !== options.region) return missing(name);
  const start = `https://www.googleapis.com/compute/v1/projects/${options.project}/zones`;
  const zones = (letters[name] ?? ["a", "b", "c"]).map((letter) => `${start}/${name}-${letter}`);
  return json(200, { name, zones, quotas });
}

function instances({ instances: all = [] }: GoogleProjectOptions, filter: string): Reply {
  const own = all.filter(({ stack }) => filter === `labels.framewright-stack=${stack}`);
  const items = Object.fromEntries(
    own.map(({ machine, zone }) => [
      `zones/${zone}`,
      {
        instances: [
          {
            machineType: `zones/${zone}/machineTypes/${machine}`,
            disks: [{ diskSizeGb: "100" }],
            scheduling: { provisioningModel: "STANDARD" },
          },
        ],
      },
    ]),
  );
  return json(200, { items });
}

/** Compute Engine of one project, as far as `npm run preflight` asks it (Compute Engine API, v1). */
export class GoogleProject {
  readonly #server: AccountServer;

  private constructor(server: AccountServer) {
    this.#server = server;
  }

  static async start(options: GoogleProjectOptions): Promise<GoogleProject> {
    return new GoogleProject(await startServer((asked) => answer(options, asked)));
  }

  get env(): Readonly<Record<string, string>> {
    return {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${this.#server.address}/compute/v1/`,
      GOOGLE_OAUTH_ACCESS_TOKEN: "stand-in",
    };
  }

  stop(): void {
    this.#server.stop();
  }
}
