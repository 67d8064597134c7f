import { createHash } from "node:crypto";
import { listAt, objectAt, textAt, type JsonObject } from "../../../../tools/plugins/kit/json.ts";
import { inBatches } from "../nodes/in-batches.ts";
import type { World } from "../nodes/world.ts";
import { textsOf } from "../pools/inputs.ts";
import { eksSubnets, tagsInAnnotation } from "./aws.ts";

/** Keeps a Service until its load balancer is gone. */
const finalizer = "service.kubernetes.io/load-balancer-cleanup";

const kind = "loadbalancer";

interface Service {
  readonly path: string;
  readonly uid: string;
  readonly label: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  /** Whether it is to have a load balancer. */
  readonly isWanted: boolean;
  readonly hasAddress: boolean;
}

function serviceOf(object: JsonObject): Service {
  const namespace = textAt(object, "metadata", "namespace") ?? "";
  const name = textAt(object, "metadata", "name") ?? "";
  const isBalanced =
    textAt(object, "spec", "type") === "LoadBalancer" &&
    textAt(object, "spec", "loadBalancerClass") === undefined;
  return {
    path: `/api/v1/namespaces/${namespace}/services/${name}`,
    uid: textAt(object, "metadata", "uid") ?? "",
    label: `${namespace}/${name}`,
    annotations: textsOf(objectAt(object, "metadata", "annotations")),
    finalizers: listAt(object, "metadata", "finalizers").map(String),
    isWanted: isBalanced && textAt(object, "metadata", "deletionTimestamp") === undefined,
    hasAddress: listAt(object, "status", "loadBalancer", "ingress").length > 0,
  };
}

/** The name that both clouds' service controllers give: "a" and the Service's uid. */
function nameOf({ uid }: Service): string {
  return `a${uid.replaceAll("-", "")}`.slice(0, 32);
}

function isInternal({ annotations }: Service): boolean {
  return (
    annotations["service.beta.kubernetes.io/aws-load-balancer-internal"] === "true" ||
    annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"] === "internal" ||
    annotations["networking.gke.io/load-balancer-type"]?.toLowerCase() === "internal"
  );
}

interface Balancer {
  readonly provider: "gcp" | "aws";
  readonly ingress: JsonObject;
  readonly inputs: JsonObject;
}

function gkeBalancer(_world: World, service: Service): Balancer {
  const [a = 0, b = 0] = createHash("sha256").update(service.uid).digest();
  const start = isInternal(service) ? "10.10.15" : `34.${(64 + (a % 64)).toString()}.7`;
  return { provider: "gcp", ingress: { ip: `${start}.${b.toString()}` }, inputs: {} };
}

/** None without subnets for it: EKS finds them by their role tag. */
function eksBalancer(world: World, service: Service): Balancer | undefined {
  const subnets = eksSubnets(world, isInternal(service));
  if (subnets.length === 0) return undefined;
  const region = world.pools[0]?.region ?? "us-east-1";
  const prefix = isInternal(service) ? "internal-" : "";
  const tags =
    service.annotations["service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags"];
  return {
    provider: "aws",
    ingress: { hostname: `${prefix}${nameOf(service)}.elb.${region}.amazonaws.com` },
    inputs: {
      subnets: [...subnets],
      tags: {
        ...tagsInAnnotation(tags ?? ""),
        "kubernetes.io/service-name": service.label,
        [`kubernetes.io/cluster/${world.cluster.id}`]: "owned",
      },
    },
  };
}

const balancers = { gke: gkeBalancer, eks: eksBalancer } as const;

function stored(world: World, service: Service) {
  return world.store.list(kind).find(({ id }) => id === nameOf(service));
}

async function balance(world: World, service: Service): Promise<void> {
  const balancer = balancers[world.cluster.cloud](world, service);
  if (balancer === undefined) return;
  if (!service.finalizers.includes(finalizer)) {
    const finalizers = [...service.finalizers, finalizer];
    await world.api.patch(service.path, { metadata: { finalizers } });
  }
  const { provider, ingress, inputs } = balancer;
  if (stored(world, service) === undefined) {
    const name = nameOf(service);
    const more = { cluster: world.cluster.id, service: service.label };
    world.store.create({
      provider,
      type: kind,
      id: name,
      name,
      inputs: { ...inputs, ...more },
      outputs: { ...ingress },
    });
  }
  await world.api.patch(`${service.path}/status`, {
    status: { loadBalancer: { ingress: [ingress] } },
  });
}

async function unbalance(world: World, service: Service): Promise<void> {
  const entry = stored(world, service);
  if (entry !== undefined) world.store.remove(entry);
  const finalizers = service.finalizers.filter((other) => other !== finalizer);
  await world.api.patch(service.path, { metadata: { finalizers } });
}

/** Gives Services of type LoadBalancer one, and takes it away with them, as the cloud's controller does. */
export async function balanceServices(world: World): Promise<void> {
  const services = world.view.of("services").map(serviceOf);
  const lacking = services.filter(({ isWanted, hasAddress }) => isWanted && !hasAddress);
  await inBatches(lacking, (service) => balance(world, service));
  const done = services.filter(
    ({ isWanted, finalizers }) => !isWanted && finalizers.includes(finalizer),
  );
  await inBatches(done, (service) => unbalance(world, service));
}
