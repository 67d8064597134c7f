import {
  at,
  listAt,
  numberAt,
  textAt,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import type { CloudStore, Entry } from "../../kit/store.ts";
import { poolFromEks } from "./eks.ts";
import { poolFromGke } from "./gke.ts";
import type { Cloud, NodePool } from "./pool.ts";

/** The cluster whose nodes are simulated. */
export interface ClusterRef {
  readonly cloud: Cloud;
  /** Its id, or its name. */
  readonly id: string;
}

function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function isOf(cluster: ClusterRef, reference: string | undefined): boolean {
  return reference !== undefined && lastPart(reference) === lastPart(cluster.id);
}

function stringsAt(object: JsonObject | undefined, key: string): string[] {
  return listAt(object, key).filter((item) => typeof item === "string");
}

/** "us-central1" of "us-central1" and of "us-central1-a". */
function regionOfLocation(location: string): string {
  return location.split("-").slice(0, 2).join("-");
}

function gkeCluster(store: CloudStore, cluster: ClusterRef): Entry | undefined {
  return store
    .list("gcp:container/cluster:Cluster")
    .find(({ id, name }) => isOf(cluster, id) || isOf(cluster, name));
}

function gkeZones(cluster: Entry | undefined, location: string): string[] {
  const named = stringsAt(cluster?.inputs, "nodeLocations");
  if (named.length > 0) return named;
  const region = regionOfLocation(location);
  return location === region ? ["a", "b", "c"].map((letter) => `${region}-${letter}`) : [location];
}

function hasAccelerator(pool: Entry): boolean {
  return listAt(pool.inputs, "nodeConfig", "guestAccelerators").length > 0;
}

function gkePools(store: CloudStore, ref: ClusterRef): NodePool[] {
  const cluster = gkeCluster(store, ref);
  const pools = store
    .list("gcp:container/nodePool:NodePool")
    .filter(({ inputs }) => isOf(ref, textAt(inputs, "cluster")))
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  return pools.map((pool, index) => {
    const location = textAt(pool.inputs, "location") ?? textAt(cluster?.inputs, "location") ?? "";
    return poolFromGke(pool.inputs, {
      name: pool.name,
      region: regionOfLocation(location),
      zones: gkeZones(cluster, location),
      hasPlainNodes: pools.slice(0, index).some((earlier) => !hasAccelerator(earlier)),
    });
  });
}

function eksZones(store: CloudStore, inputs: JsonObject): string[] {
  const zones = stringsAt(inputs, "subnetIds").flatMap((id) => {
    const subnet = store.referred("aws:ec2/subnet:Subnet", id);
    return textAt(subnet?.outputs, "availabilityZone") ?? [];
  });
  return [...new Set(zones)];
}

/** Root volume of a launch template. */
function volumeGi(store: CloudStore, inputs: JsonObject): number | undefined {
  const reference =
    textAt(inputs, "launchTemplate", "id") ?? textAt(inputs, "launchTemplate", "name");
  if (reference === undefined) return undefined;
  const template = store.referred("aws:ec2/launchTemplate:LaunchTemplate", reference);
  const [volume] = listAt(template?.inputs, "blockDeviceMappings");
  return numberAt(at(volume, "ebs"), "volumeSize");
}

function eksPools(store: CloudStore, ref: ClusterRef): NodePool[] {
  const groups = store
    .list("aws:eks/nodeGroup:NodeGroup")
    .filter(({ inputs }) => isOf(ref, textAt(inputs, "clusterName")));
  return groups.map(({ inputs, outputs, name }) => {
    const zones = eksZones(store, inputs);
    return poolFromEks(inputs, {
      name: textAt(outputs, "nodeGroupName") ?? name,
      region: (zones[0] ?? "").slice(0, -1),
      zones,
      diskGi: volumeGi(store, inputs),
    });
  });
}

const readers = { gke: gkePools, eks: eksPools } as const;

/** The pools of a cluster, as the simulated cloud has them now. */
export function poolsOf(store: CloudStore, ref: ClusterRef): NodePool[] {
  return readers[ref.cloud](store, ref);
}
