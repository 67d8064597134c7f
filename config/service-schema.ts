import { tiers, type Accel } from "@framewright/contracts/job.ts";
import { defaultJobLimits } from "@framewright/contracts/job-limits.ts";
import { Prices } from "@framewright/contracts/prices.ts";
import { Profile } from "@framewright/contracts/profile.ts";
import { sandboxModes } from "@framewright/contracts/sandbox.ts";
import { Type } from "typebox";
import { InputBuckets } from "./input-bucket-schema.ts";
import {
  budget,
  count,
  cpu,
  flag,
  memory,
  optionalSection,
  optionalVersion,
  replicas,
  resources,
  section,
} from "./leaves.ts";
import { outbound } from "./outbound-schema.ts";
import { Oidc } from "./oidc-schema.ts";

/** The sections of the stack config that what runs on the cluster reads. */

export const Api = section("The API: client API, worker API and sweeper", {
  replicas: replicas("the API", { min: 3, max: 10, least: 1 }),
  budget: budget("the API"),
  resources: resources("the API", {
    requests: { cpu: "500m", memory: "512Mi" },
    limits: { cpu: "2", memory: "2Gi" },
  }),
  leaseSeconds: count(
    30,
    { min: 5, max: 600 },
    "Seconds after the last heartbeat until a job is given to another worker",
  ),
  heartbeatSeconds: count(5, { min: 1, max: 120 }, "Seconds between heartbeats of a running job"),
  databasePoolSize: count(10, { min: 2, max: 100 }, "Connections of one pod to Postgres"),
  gpuWaitSeconds: count(
    300,
    { min: 0, max: 86_400 },
    "Seconds after which idle CPU workers get a job that waits for a GPU that is busy or still to come; 0 keeps it there",
  ),
  minWorkerVersion: optionalVersion("Workers of an earlier version are refused; unset takes all"),
  profiles: Type.Array(Profile, {
    default: [],
    maxItems: 20,
    description:
      "What jobs can make of a video, beside the profiles that come with the platform; one with the name of these replaces it",
  }),
  prices: Type.Optional(Prices),
  inputBuckets: InputBuckets,
  oidc: Oidc,
});

const { maxSourceSeconds, encode } = defaultJobLimits;
const day = 86_400;

const EncodeLimits = section(
  "How long the encode of one job may take: freeSeconds and secondsPerMegabyte together, at most maxSeconds; a job that would take longer ends with too-much-work",
  {
    freeSeconds: count(
      encode.freeSeconds,
      { min: 0, max: day },
      "Seconds that an encode may take, however small the file is",
    ),
    secondsPerMegabyte: count(
      encode.secondsPerMegabyte,
      { min: 0, max: day },
      "Seconds beside these for each million bytes of the file",
    ),
    maxSeconds: section("Seconds that an encode may take at most, by size class", {
      "720p": count(
        encode.maxSeconds["720p"],
        { min: 1, max: 7 * day },
        "Of a profile with rungs up to 720p",
      ),
      "1080p": count(
        encode.maxSeconds["1080p"],
        { min: 1, max: 7 * day },
        "Of a profile with rungs up to 1080p",
      ),
      "2160p": count(
        encode.maxSeconds["2160p"],
        { min: 1, max: 7 * day },
        "Of a profile with rungs up to 2160p",
      ),
    }),
  },
);

export const Limits = section("What one job may cost; clients see it at /v1/limits", {
  maxUploadBytes: memory(
    "5Gi",
    "Largest upload, 5Ti at most; above 5Gi, the most that one PUT of S3 carries, clients send parts",
  ),
  maxSourceSeconds: count(
    maxSourceSeconds,
    { min: 1, max: day },
    "Longest video or sound, in seconds",
  ),
  encode: EncodeLimits,
});

export const UrlInput = section(
  "Jobs whose input is a URL that a worker fetches; clients see it at /v1/limits",
  {
    enabled: flag(
      false,
      "Whether jobs may name a URL; workers may then connect to the internet on the ports below, and to private networks only as far as ranges has them",
    ),
    ...outbound({
      schemes: "Schemes that URLs may have; a redirect from https to http is never followed",
      ports: "Ports that URLs may have",
      who: "workers",
      ranges: "Everybody who may submit jobs reaches them: name the hosts that have videos",
    }),
    maxBytes: memory("5Gi", "Largest file at a URL"),
    maxSeconds: count(
      3600,
      { min: 60, max: day },
      "Seconds until the file must be complete; an attempt that waits longer fails",
    ),
    maxRedirects: count(5, { min: 0, max: 20 }, "Redirects that are followed"),
  },
);

const Tiers = Type.Array(
  Type.Enum(tiers, { description: "A size class, by the height of its largest rendition" }),
  {
    minItems: 1,
    uniqueItems: true,
    default: [...tiers],
    description: "Size classes that these workers serve; the largest one determines the pod's size",
  },
);

/** What every flavour of worker has. Bounds, scratch space and resources: seeds 000 and 002. */
function workerKeys(of: string, bounds: { min: number; max: number }, workDirectory: string) {
  return {
    replicas: replicas(of, bounds),
    budget: budget(of),
    tiers: Tiers,
    slots: count(1, { min: 1, max: 16 }, "Jobs that one pod works on at once"),
    sandbox: Type.Enum(sandboxModes, {
      default: "required",
      description:
        "Isolation of FFmpeg: `required` starts no worker without it, `best-effort` takes what the nodes have, `off` is for drivers that fail under it",
    }),
    workDirectory: memory(workDirectory, "Scratch space of one job, source and output"),
    drainSeconds: count(
      120,
      { min: 10, max: 3600 },
      "Seconds after the stop signal in which jobs may finish; unfinished ones are handed back. On spot nodes at most what the cloud leaves: 90, on gke with the channel STABLE 10",
    ),
  };
}

const CpuWorkers = section("Workers that encode in software", {
  ...workerKeys("the CPU workers", { min: 2, max: 20 }, "10Gi"),
  threads: count(
    0,
    { min: 0, max: 256 },
    "Encoder threads per job; 0 is one per core, and at most one per 256 MiB",
  ),
  requests: optionalSection("Reserved CPU and memory; unset means half of the tier's size", {
    cpu: cpu("1", "Reserved CPU"),
    memory: memory("2Gi", "Reserved memory"),
  }),
  limitCpu: flag(
    true,
    "Whether the tier's CPU is a limit as well; false lets a pod use idle cores",
  ),
});

/**
 * Seed 002, GPU workers: 1 to 5 pods of at most 8 cores and 16 GiB. Its 4 cores and 8 GiB for each are those of a whole
 * GPU; slices share the node, so that each reserves what seed 000 has (1 to 2 cores, 4 GiB). Scratch space of seed 001.
 */
const gpuWorkerResources = {
  requests: { cpu: "1500m", memory: "4Gi" },
  limits: { cpu: "8", memory: "16Gi" },
};

const NvencWorkers = section(
  "Workers that encode on NVIDIA GPUs: one Deployment for each GPU model that has an encoder and a pool",
  {
    ...workerKeys("the NVENC workers of one GPU model", { min: 1, max: 5 }, "50Gi"),
    resources: resources("the NVENC workers", gpuWorkerResources),
  },
);

const VaapiWorkers = section(
  "Workers that encode on Intel or AMD GPUs; no NVIDIA pool has what they need, so there are none by default",
  {
    ...workerKeys("the VAAPI workers", { min: 0, max: 0 }, "50Gi"),
    resources: resources("the VAAPI workers", gpuWorkerResources),
    device: Type.String({
      pattern: "^[a-z0-9.-]+/[A-Za-z0-9_.-]+$",
      default: "gpu.intel.com/i915",
      description: "Resource of the device plugin that gives a pod its render node",
    }),
    renderGroup: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description:
          "Group id of the nodes' render devices; unset where the container runtime hands devices to the pod's user",
      }),
    ),
  },
);

const workers = {
  cpu: CpuWorkers,
  nvenc: NvencWorkers,
  vaapi: VaapiWorkers,
} satisfies Record<Accel, unknown>;
export const Workers = section("The worker flavours", workers);
