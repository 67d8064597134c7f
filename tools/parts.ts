import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseDocument } from "yaml";
import { own, root } from "./paths.ts";
import { writeWhole } from "./steps.ts";

/** Parts beside the spine of the platform: on one machine each is off until it is asked for. */
export const parts = [
  "autoscaling",
  "monitoring",
  "tracing",
  "logs",
  "egress",
  "rooms",
  "pages",
  "models",
  "edge",
  "backups",
  "replicas",
  "tls",
] as const;
export type Part = (typeof parts)[number];

/**
 * No parts of operations: models and a browser fetch half a gigabyte each, the edge changes every address, and backups, replicas and TLS
 * inside of one machine guard against little.
 */
const apart: readonly Part[] = ["models", "edge", "pages", "backups", "replicas", "tls"];

/** What `--full` asks for. */
export const fullParts: readonly Part[] = parts.filter((part) => !apart.includes(part));

/** What a part changes in the stack file of the one machine beside its own switch, by the path of the key. */
const changes: Readonly<Record<Part, Readonly<Record<string, unknown>>>> = {
  autoscaling: { "workers.cpu.replicas": { min: 1, max: 3 } },
  monitoring: {
    "monitoring.storage": "5Gi",
    "monitoring.resources.requests": { cpu: "50m", memory: "256Mi" },
    "monitoring.resources.limits.cpu": "none",
  },
  tracing: {
    "tracing.storage": "2Gi",
    // A test looks at any request that it makes, and at all of it.
    "tracing.requestRatio": 1,
    "tracing.statementMs": 0,
  },
  logs: {},
  egress: {
    "egress.replicas": { min: 1, max: 1 },
    "egress.resources.requests": { cpu: "50m", memory: "256Mi" },
    "egress.resources.limits.cpu": "none",
    "egress.workDirectory": "2Gi",
    "egress.proxy.replicas": { min: 1, max: 1 },
    "egress.proxy.resources.requests": { cpu: "10m", memory: "96Mi" },
    "egress.proxy.resources.limits.cpu": "none",
  },
  edge: {
    "edge.replicas": { min: 1, max: 1 },
    "edge.resources.requests": { cpu: "50m", memory: "64Mi" },
    "edge.resources.limits.cpu": "none",
    "edge.drainSeconds": 20,
    // Browsers would apply it to whatever else is on localhost.
    "edge.hstsSeconds": 0,
  },
  rooms: {
    "egress.livekit.resources.requests": { cpu: "50m", memory: "256Mi" },
    "egress.livekit.resources.limits.cpu": "none",
  },
  pages: {
    "egress.web.replicas": { min: 1, max: 1 },
    "egress.web.resources.requests": { cpu: "200m", memory: "1Gi" },
    "egress.web.workDirectory": "2Gi",
  },
  models: {
    "modelServices.stt": ownModel("1Gi"),
    "modelServices.mt": ownModel("768Mi"),
    "modelServices.tts": ownModel("1Gi"),
  },
  backups: { "backups.storage": "5Gi" },
  replicas: { "postgres.replicas": 3, "rabbitmq.replicas": 3 },
  tls: { "postgres.tls": "required", "rabbitmq.tls": "required", "redis.tls": "required" },
};

/** What two parts change together. */
const together: readonly (readonly [Part, Part, Readonly<Record<string, unknown>>])[] = [
  [
    "models",
    "autoscaling",
    // A quarter of an hour after its last request a model gives its memory back.
    Object.fromEntries(
      ["stt", "mt", "tts"].map((name) => [`modelServices.${name}.replicas`, { min: 0, max: 1 }]),
    ),
  ],
  // Without the proxy, clients of presigned URLs would meet an authority that they don't know.
  ["tls", "edge", { "objectStore.tls": "required" }],
];

/** One of our small models: what it holds loaded is reserved, and a busy one takes both cores. */
function ownModel(memory: string) {
  const reserved = { cpu: "20m", memory: "384Mi" };
  return {
    enabled: true,
    preset: "own",
    cpu: "2",
    memory,
    reserved,
    cache: "64Mi",
    loadSeconds: 180,
  };
}

/** Where a part is no section of its own: what turns it on, and the part that it belongs to. */
const within: Partial<Record<Part, { readonly section: string; readonly part: Part }>> = {
  rooms: { section: "egress.livekit", part: "egress" },
  pages: { section: "egress.web", part: "egress" },
};

/** Parts that are several sections: `changes` turns them on. */
const withoutSwitch: readonly Part[] = ["models", "replicas", "tls"];

function isPart(name: string): name is Part {
  return parts.some((part) => part === name);
}

/** The parts that `--full` or `--with monitoring,logs` ask for. Throws on a name that is none. */
export function chosenParts(args: readonly string[]): readonly Part[] {
  const { values } = parseArgs({
    args: [...args],
    options: { full: { type: "boolean" }, with: { type: "string" } },
  });
  if (values.full === true) return fullParts;
  const wanted = values.with?.split(",") ?? [];
  const unknown = wanted.filter((name) => !isPart(name));
  if (unknown.length > 0) {
    throw new Error(`There is no part "${unknown.join(", ")}". Parts are: ${parts.join(", ")}`);
  }
  const needed = wanted.flatMap((name) => (isPart(name) ? [name, within[name]?.part] : []));
  return parts.filter((part) => needed.includes(part));
}

function sectionOf(part: Part): string {
  return part === "models" ? "modelServices" : (within[part]?.section ?? part);
}

type Leaf = readonly [path: string, value: unknown];

function leavesOf([path, value]: Leaf): Leaf[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]: Leaf) => leavesOf([`${path}.${key}`, inner]));
}

/** The text of a stack file, with these parts on. What it says itself of a section of theirs stays, but for their switches. */
export function stackFileWith(text: string, on: readonly Part[]): string {
  const stack = parseDocument(text);
  const isOfPart = (path: string) => on.some((part) => path.startsWith(`${sectionOf(part)}.`));
  const each = on.flatMap((part) => {
    const own = withoutSwitch.includes(part) ? {} : { [`${sectionOf(part)}.enabled`]: true };
    return Object.entries({ ...own, ...changes[part] });
  });
  const both = together.filter(([one, other]) => on.includes(one) && on.includes(other));
  const set = [...each, ...both.flatMap(([, , more]) => Object.entries(more))].flatMap(leavesOf);
  for (const [path, value] of set) {
    const [section = "", ...keys] = path.split(".");
    const place = ["config", `framewright:${section}`, ...keys];
    if (isOfPart(path) && keys.at(-1) !== "enabled" && stack.hasIn(place)) continue;
    stack.setIn(place, value);
  }
  return stack.toString();
}

/** `pulumi --config-file` takes it in place of the stack's own file. */
const file = join(own, "Pulumi.local.yaml");

/** Writes the stack file of the one machine with these parts on; its own file serves where there are none. */
export function partStackFile(on: readonly Part[]): string | undefined {
  if (on.length === 0) {
    rmSync(file, { force: true });
    return undefined;
  }
  writeWhole(file, stackFileWith(readFileSync(join(root, "Pulumi.local.yaml"), "utf8"), on));
  return file;
}
