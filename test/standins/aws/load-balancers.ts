import { textAt } from "../../../tools/plugins/kit/json.ts";
import { textsAt, type CloudStore, type Entry } from "../kit/store.ts";
import * as types from "./types.ts";

function isPublic({ outputs }: Entry): boolean {
  return textAt(outputs, "hostname")?.startsWith("internal-") === false;
}

function subnetsOf({ inputs }: Entry): string[] {
  return textsAt(inputs, "subnets.*");
}

function violation(kind: string, id: string, { name }: Entry): Error {
  return new Error(
    `DependencyViolation: The ${kind} '${id}' has dependencies and cannot be deleted. (load balancer ${name})`,
  );
}

/** The interfaces of a load balancer stay after the cluster that made it. */
export function assertNoLoadBalancers(subnet: Entry, store: CloudStore): void {
  const found = store
    .list(types.loadBalancer)
    .find((entry) => subnetsOf(entry).includes(subnet.id));
  if (found !== undefined) throw violation("subnet", subnet.id, found);
}

function isIn(vpcId: string, { outputs }: Entry): boolean {
  return outputs["vpcId"] === vpcId;
}

/** The way to the internet stays as long as something has an address there. */
export function hasPublicAddresses(vpcId: string, store: CloudStore): boolean {
  if (store.list(types.natGateway).some((entry) => isIn(vpcId, entry))) return true;
  const subnets = store.list(types.subnet).filter((entry) => isIn(vpcId, entry));
  const ids = new Set(subnets.map(({ id }) => id));
  return store
    .list(types.loadBalancer)
    .some((entry) => isPublic(entry) && subnetsOf(entry).some((id) => ids.has(id)));
}
