import type { ModelService } from "../models/weights.ts";
import type { Part } from "../parts.ts";

/** What goes into an image's build context beside the files of its own folder in `images/`. */
export type Source =
  | { readonly kind: "debian" } // root.tar, made by mmdebstrap
  | { readonly kind: "node" } // the Node binary of this project's npm platform package
  | GoSource
  | ModelSource
  | { readonly kind: "app"; readonly workspace: string; readonly folders: readonly string[] };

/** A model service with its engine and its weights. */
export interface ModelSource {
  readonly kind: "model";
  readonly service: ModelService;
}

/** A binary built from a Go module, and what was made beside it. */
export interface GoSource {
  readonly kind: "go";
  readonly binary: string;
  readonly folders?: readonly string[];
}

export interface ImageRow {
  readonly name: string;
  /** The image that its Containerfile's `ARG PARENT` names; only the lowest has none. */
  readonly parent?: string;
  readonly source?: Source;
  /** Built only where one of these parts is asked for; unset, always. */
  readonly parts?: readonly Part[];
}

function goImage(name: string, part?: Part): ImageRow {
  const source = { kind: "go", binary: name } as const;
  return { name, parent: "base", source, ...(part && { parts: [part] }) };
}

function appImage(name: string, parent: string, folder: string): ImageRow {
  const workspace = `@framewright/${folder}`;
  return {
    name,
    parent,
    source: {
      kind: "app",
      workspace,
      folders: ["contracts", "runtime", "media", "profiles", folder],
    },
  };
}

function modelImage(service: ModelService, parent: string): ImageRow {
  const source = { kind: "model", service } as const;
  return { name: `model-${service}`, parent, source, parts: ["models"] };
}

/** What every image stands on, in the end. */
export const lowest = "debian";

/** Every image, parents before children and slow ones first. */
export const imageTable: readonly ImageRow[] = [
  { name: lowest, source: { kind: "debian" } },
  { name: "base", parent: lowest },
  { name: "node", parent: "base", source: { kind: "node" } },
  { name: "ffmpeg", parent: "node" },
  { name: "postgres", parent: "base" },
  { name: "rabbitmq", parent: "base" },
  { name: "redis", parent: "base" },
  appImage("api", "node", "api"),
  appImage("worker", "ffmpeg", "worker"),
  {
    name: "object-store",
    parent: "base",
    source: { kind: "go", binary: "versitygw" },
  },
  { name: "pause", parent: "base" },
  goImage("coredns"),
  goImage("metrics-server"),
  goImage("local-path-provisioner"),
  { name: "local-path-helper", parent: "base" },
  {
    name: "prometheus",
    parent: "base",
    source: { kind: "go", binary: "prometheus", folders: ["prometheus-ui"] },
    parts: ["monitoring"],
  },
  { name: "patroni", parent: "postgres", parts: ["replicas"] },
  { name: "alertmanager", parent: "base", parts: ["monitoring"] },
  { name: "exporters", parent: "base", parts: ["monitoring"] },
  { ...appImage("objects", "node", "objects"), parts: ["monitoring", "autoscaling"] },
  { name: "edge", parent: "base", parts: ["edge"] },
  { ...appImage("egress", "ffmpeg", "egress"), parts: ["egress"] },
  { name: "browser", parent: "node", parts: ["pages"] },
  { ...appImage("web-recorder", "browser", "egress"), parts: ["pages"] },
  {
    name: "livekit",
    parent: "base",
    source: { kind: "go", binary: "livekit-server" },
    parts: ["rooms"],
  },
  { ...goImage("victoria-logs"), parts: ["logs"] },
  { ...goImage("vlagent"), parts: ["logs"] },
  { ...goImage("jaeger"), parts: ["tracing"] },
  { ...appImage("model-queue", "node", "models"), parts: ["models"] },
  modelImage("stt", "base"),
  modelImage("mt", "node"),
  modelImage("tts", "node"),
  goImage("keda-operator", "autoscaling"),
  goImage("keda-adapter", "autoscaling"),
];

/** Images that exist only for others to stand on. */
const foundations = new Set([lowest, "base", "node", "ffmpeg", "browser"]);

const running = imageTable.filter(({ name }) => !foundations.has(name));

/** The images that run without any of the parts, which is what a caller gets who names none. */
export const runnableImages: readonly string[] = running
  .filter((row) => row.parts === undefined)
  .map(({ name }) => name);

/** The images that run where these parts are on. */
export function imagesWith(parts: readonly Part[]): readonly string[] {
  return running
    .filter((row) => row.parts?.some((part) => parts.includes(part)) ?? true)
    .map(({ name }) => name);
}

/** Of these, the images that hold no binary built from a Go module. */
export const debianImages: readonly string[] = runnableImages.filter(
  (name) => imageRow(name).source?.kind !== "go",
);

/** The images that stacks on GKE and EKS pull, which is what a release builds. */
export const releasedImages: readonly string[] = [
  "postgres",
  "patroni",
  "redis",
  "rabbitmq",
  "object-store",
  "api",
  "worker",
  "egress",
  "web-recorder",
  "prometheus",
  "alertmanager",
  "exporters",
  "objects",
  "victoria-logs",
  "vlagent",
  "edge",
  "model-queue",
];

export function imageRow(name: string): ImageRow {
  const row = imageTable.find((candidate) => candidate.name === name);
  if (row === undefined) {
    const known = imageTable.map((candidate) => candidate.name).join(", ");
    throw new Error(`There is no image "${name}". Images are: ${known}.`);
  }
  return row;
}

/** The rows of these names and of everything they stand on, parents first. */
export function withParents(names: readonly string[]): readonly ImageRow[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const row = imageRow(name);
    if (row.parent !== undefined) add(row.parent);
    wanted.add(name);
  };
  names.forEach(add);
  return imageTable.filter((row) => wanted.has(row.name));
}

/** Images that the scratch storage keeps unpacked: a change of our own sources then builds in seconds. */
export const appParents: ReadonlySet<string> = new Set(
  imageTable.flatMap((row) =>
    row.source?.kind === "app" && row.parent !== undefined ? [row.parent] : [],
  ),
);
