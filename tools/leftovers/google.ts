import { Type, type Static, type TSchema } from "typebox";
import { parseAs } from "../parse.ts";
import type { Leftover, Query } from "./leftover.ts";

/** How infra/gke names things (a test holds the two together). */
export function googleNames(stack: string): {
  label: string;
  network: string;
  description: string;
} {
  const label = stack
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "-")
    .slice(0, 63);
  const network = `framewright-${label.replaceAll("_", "-")}`.slice(0, 60).replace(/-+$/, "");
  return { label, network, description: `Framewright, stack ${label}` };
}

export interface GooglePlace {
  readonly stack: string;
  readonly project: string;
  readonly region: string;
  /** Whether volumes were meant to outlive the stack. */
  readonly retainVolumes: boolean;
}

/** What all lists have in common; more is read where a command needs it. */
const Item = Type.Object({
  name: Type.String(),
  zone: Type.Optional(Type.String()),
  region: Type.Optional(Type.String()),
  location: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
});
type Item = Static<typeof Item>;

function items<T extends TSchema>(schema: T, answer: unknown, what: string): Static<T>[] {
  return parseAs(Type.Array(schema), answer, `what gcloud says of ${what}`);
}

/** `https://.../zones/us-central1-a` → `us-central1-a`; names of some lists are whole paths as well. */
function last(path: string): string {
  return path.split("/").at(-1) ?? path;
}

/** The flag that says where it is. */
function where({ zone, region, location }: Item): string {
  if (zone !== undefined) return ` --zone=${last(zone)}`;
  if (region !== undefined) return ` --region=${last(region)}`;
  return location === undefined ? "" : ` --location=${location}`;
}

interface List {
  readonly kind: string;
  /** Of gcloud: `compute disks`; `list` and `delete` follow it. */
  readonly group: string;
  readonly filter: string;
  readonly flags?: readonly string[];
  /** How gcloud calls it, where that is not its short name. */
  readonly nameOf?: (item: Item) => string;
  /** Where the flag of the place is another one, or none. */
  readonly where?: (item: Item) => string;
  /** What deletes it, where that is not `delete` of the group. */
  readonly remedy?: (name: string) => string;
  readonly keeps?: (item: Item) => boolean;
  /** What to know before deleting it. */
  readonly hint?: string;
}

function leftover(list: List, item: Item, project: string): Leftover {
  const name = list.nameOf?.(item) ?? last(item.name);
  const command =
    list.remedy?.(name) ??
    `gcloud ${list.group} delete ${name}${(list.where ?? where)(item)} --project=${project}`;
  return {
    kind: list.kind,
    name,
    remedy: list.hint === undefined ? command : `${list.hint}: ${command}`,
    kept: list.keeps?.(item) ?? false,
  };
}

function query(list: List, project: string): Query {
  return {
    args: [
      ...list.group.split(" "),
      "list",
      `--project=${project}`,
      ...(list.flags ?? []),
      `--filter=${list.filter}`,
      "--format=json",
    ],
    read: (answer) => items(Item, answer, list.kind).map((item) => leftover(list, item, project)),
  };
}

const none = (): string => "";

/** Disks that a claim asked for are called so by the driver; the others are the nodes'. */
function isVolume({ name }: Item): boolean {
  return name.startsWith("pvc-");
}

/** What carries the stack's label. */
function labelled(label: string, { region, retainVolumes }: GooglePlace): List[] {
  const filter = `labels.framewright-stack=${label}`;
  return [
    {
      kind: "cluster",
      group: "container clusters",
      filter: `resourceLabels.framewright-stack=${label}`,
      where: ({ location = region }) => ` --location=${location}`,
    },
    { kind: "machine", group: "compute instances", filter, hint: "goes with its node pool" },
    // GKE's own volumes and the nodes' disks: the label is ours on both.
    {
      kind: "disk",
      group: "compute disks",
      filter,
      keeps: (item) => retainVolumes && isVolume(item),
    },
    { kind: "snapshot", group: "compute snapshots", filter, where: none },
    {
      kind: "bucket",
      group: "storage buckets",
      filter,
      nameOf: ({ name }) => `gs://${name}`,
      remedy: (name) => `with all its media: gcloud storage rm --recursive ${name}`,
    },
    {
      kind: "image registry",
      group: "artifacts repositories",
      filter,
      flags: [`--location=${region}`],
      where: () => ` --location=${region}`,
    },
    {
      kind: "database",
      group: "sql instances",
      filter: `settings.userLabels.framewright-stack=${label}`,
      where: none,
      hint: "with all its data",
    },
  ];
}

/** What carries no label, and belongs to the stack's network: whatever GKE made for Services comes first. */
function networked(network: string): List[] {
  const filter = `network~/${network}$`;
  return [
    { kind: "load balancer", group: "compute forwarding-rules", filter },
    {
      // On the internet a rule is of no network; GKE writes the Service into its description.
      kind: "load balancer",
      group: "compute forwarding-rules",
      filter: "loadBalancingScheme=EXTERNAL AND description~framewright-",
      hint: "unless it is of another stack of this project",
    },
    { kind: "endpoint group", group: "compute network-endpoint-groups", filter },
    { kind: "firewall rule", group: "compute firewall-rules", filter, where: none },
    { kind: "address", group: "compute addresses", filter: `subnetwork~/${network}-nodes$` },
    { kind: "router", group: "compute routers", filter },
    { kind: "subnetwork", group: "compute networks subnets", filter },
    { kind: "network", group: "compute networks", filter: `name=${network}`, where: none },
  ];
}

/** All that can be left of a stack on GKE. */
export function googleQueries(place: GooglePlace): Query[] {
  const { stack, project } = place;
  const { label, network, description } = googleNames(stack);
  const account: List = {
    kind: "service account",
    group: "iam service-accounts",
    filter: `description="${description}"`,
    nameOf: ({ name, email }) => email ?? last(name),
    where: none,
  };
  return [...labelled(label, place), ...networked(network), account].map((list) =>
    query(list, project),
  );
}
