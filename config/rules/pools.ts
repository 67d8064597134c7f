import {
  encodes,
  gpuNames,
  gpusOn,
  machinesOf,
  offerOf,
  type GpuCloud,
  type GpuName,
} from "../gpu-catalogue.ts";
import { gpuPoolsOf, type GpuPoolSpec } from "../gpu-pools.ts";
import type { Problem } from "../problem.ts";
import type { ConfigValues } from "../schema.ts";
import { activeSections, isCloudProduction, repeated, when, type Rule } from "./rule.ts";

/** The pools that the stack file names; those it leaves to the defaults are right by a test. */
function named(config: ConfigValues) {
  return config.gpu.pools ?? [];
}

/** The label of the nodes without GPUs. */
const systemPool = "system";

export const poolNamesDiffer: Rule = (config) => [
  ...repeated(named(config), ({ name }) => name).map(([index, earlier]) => ({
    path: `gpu.pools[${index}].name`,
    problem: `must differ from gpu.pools[${earlier}].name (both are "${named(config)[index]?.name ?? ""}")`,
    remedy: "choose another name; it names the nodes",
  })),
  ...named(config).flatMap(({ name }, index) =>
    when(name === systemPool, () => ({
      path: `gpu.pools[${index}].name`,
      problem: `must not be "${systemPool}"`,
      remedy: "choose another name: the pool without GPUs is called system",
    })),
  ),
];

/** The autoscaler's table has one pool for each priority, and ignores the others. */
export const poolPrioritiesDiffer: Rule = (config) =>
  repeated(named(config), ({ priority }) => priority).map(([index, earlier]) => ({
    path: `gpu.pools[${index}].priority`,
    problem: `must differ from gpu.pools[${earlier}].priority (both are ${named(config)[index]?.priority ?? 0})`,
    remedy: "give each pool a different priority; the highest one grows first",
  }));

/** GPUs that a cloud sells for the long run, and that encode as another one does. */
function alternatives(gpu: GpuName, cloud: GpuCloud): GpuName[] {
  return gpusOn(cloud).filter(
    (other) => encodes(other) === encodes(gpu) && offerOf(other, cloud)?.state === "offered",
  );
}

function unsold(path: string, gpu: GpuName, cloud: GpuCloud): Problem[] {
  const offer = offerOf(gpu, cloud);
  if (offer !== undefined && offer.state !== "gone") return [];
  const reason = offer === undefined ? "" : `: ${offer.why}`;
  return [
    {
      path,
      problem: `is not offered on ${cloud} (it is "${gpu}")${reason}`,
      remedy: `use one of ${alternatives(gpu, cloud).join(", ")}`,
    },
  ];
}

function machineProblem(
  { gpu, machine }: ReturnType<typeof named>[number],
  index: number,
  cloud: GpuCloud,
): Problem[] {
  const machines = machinesOf(gpu, cloud).map(({ type }) => type);
  return when(machine !== undefined && machines.length > 0 && !machines.includes(machine), () => ({
    path: `gpu.pools[${index}].machine`,
    problem: `must be a machine type with ${gpu} on ${cloud} (it is "${machine ?? ""}")`,
    remedy: `use one of ${machines.join(", ")}, or remove the key to use the first of them`,
  }));
}

/** Each GPU that the stack file chooses, with the key that does. */
function chosenGpus(config: ConfigValues): [string, GpuName][] {
  return (
    config.gpu.pools?.map(({ gpu }, index) => [`gpu.pools[${index}].gpu`, gpu]) ?? [
      ["gpu.standard", config.gpu.standard],
    ]
  );
}

/** Clouds refuse pools of what they do not sell, also pools without nodes. */
export const poolMachinesExist: Rule = (config) => {
  const { cloud } = activeSections(config);
  if (cloud === undefined) return [];
  return [
    ...chosenGpus(config).flatMap(([path, gpu]) => unsold(path, gpu, cloud)),
    ...named(config).flatMap((pool, index) => machineProblem(pool, index, cloud)),
  ];
};

/** Only a warning: what ends still works, and a pool changes its GPU while work goes on. */
export const gpusDoNotEnd: Rule = (config) => {
  const { cloud } = activeSections(config);
  if (cloud === undefined) return [];
  return chosenGpus(config).flatMap(([path, gpu]) => {
    const offer = offerOf(gpu, cloud);
    if (offer?.state !== "ending") return [];
    return [
      {
        path,
        problem: `will not stay on ${cloud} (it is "${gpu}"): ${offer.why}`,
        remedy: `plan a pool of ${alternatives(gpu, cloud).join(" or ")}; ${offer.source}`,
      },
    ];
  });
};

function* nodeBounds(config: ConfigValues): Generator<[string, number, number]> {
  const { gke, eks } = activeSections(config);
  if (gke !== undefined) yield ["gke.system", gke.system.minNodes, gke.system.maxNodes];
  if (eks !== undefined) yield ["eks.system", eks.system.minNodes, eks.system.maxNodes];
  for (const [index, { minNodes, maxNodes }] of named(config).entries()) {
    yield [`gpu.pools[${index}]`, minNodes, maxNodes];
  }
}

export const poolBoundsAreInOrder: Rule = (config) =>
  [...nodeBounds(config)].flatMap(([path, min, max]) =>
    when(min > max, () => ({
      path: `${path}.maxNodes`,
      problem: `must be at least minNodes (minNodes is ${min}, maxNodes is ${max})`,
      remedy: `raise it, or lower ${path}.minNodes`,
    })),
  );

/** Each list of zones of the stack file that pools follow, with the key that has it. */
function zoneLists({ gpu }: ConfigValues): [string, readonly string[]][] {
  return [
    ...gpuNames.map((name): [string, readonly string[]] => [
      `gpu.zones.${name}`,
      gpu.zones?.[name] ?? [],
    ]),
    ...(gpu.pools ?? []).map(({ zones }, index): [string, readonly string[]] => [
      `gpu.pools[${index}].zones`,
      zones ?? [],
    ]),
  ];
}

export const poolZonesAreZonesOfTheStack: Rule = (config) => {
  const { cloud, gke, eks } = activeSections(config);
  const zones = gke?.zones ?? eks?.zones;
  if (cloud === undefined || zones === undefined) return [];
  return zoneLists(config).flatMap(([path, list]) =>
    list.flatMap((zone, at) =>
      when(!zones.includes(zone), () => ({
        path: `${path}[${at}]`,
        problem: `must be one of ${cloud}.zones (it is "${zone}", they are ${zones.join(", ")})`,
        remedy: `use one of them, or add it to ${cloud}.zones`,
      })),
    ),
  );
};

/** An A100 has no encoder, so that an NVENC worker on it fails at its first frame. */
export const nvencWorkersHaveAPool: Rule = (config) => {
  const { cloud } = activeSections(config);
  if (cloud === undefined) return [];
  const pools = gpuPoolsOf(config);
  const wanted = config.workers.nvenc.replicas.max > 0;
  return when(wanted && !pools.some(({ gpu }) => encodes(gpu)), () => ({
    path: "workers.nvenc.replicas.max",
    problem: `needs a pool whose GPU has an encoder (it is ${config.workers.nvenc.replicas.max}, and ${listed(pools)})`,
    remedy: `add a pool of ${gpusOn(cloud).filter(encodes).join(", ")}, or set workers.nvenc.replicas to { min: 0, max: 0 }`,
  }));
};

function listed(pools: readonly GpuPoolSpec[]): string {
  return pools.length === 0
    ? "there are no pools"
    : `the pools have ${[...new Set(pools.map(({ gpu }) => gpu))].join(", ")}`;
}

function isTwin(spot: GpuPoolSpec, other: GpuPoolSpec): boolean {
  return !other.spot && other.gpu === spot.gpu && other.priority < spot.priority;
}

/** When the cloud takes spot nodes back, an on-demand pool must replace them. */
export const spotPoolsHaveTwins: Rule = (config) => {
  if (!isCloudProduction(config)) return [];
  const pools = gpuPoolsOf(config);
  return pools.flatMap((pool, index) =>
    when(pool.spot && !pools.some((other) => isTwin(pool, other)), () => ({
      path: `gpu.pools[${index}]`,
      problem: `is a spot pool without an on-demand pool to replace it ("${pool.name}", ${pool.gpu}, priority ${pool.priority})`,
      remedy: `add a pool of ${pool.gpu} with spot false and a priority below ${pool.priority}`,
    })),
  );
};
