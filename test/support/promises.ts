import { podsOf } from "./pods.ts";
import { isSecret, type Registration } from "./mocks.ts";

/** What this program promises of its resources beyond the policy pack, each with what breaks it. */

type Promised = (resources: readonly Registration[]) => string[];

function broken(type: string, isKept: (inputs: Registration["inputs"]) => boolean): Promised {
  return (resources) =>
    resources
      .filter((resource) => resource.type === type && !isKept(resource.inputs))
      .map(({ name }) => name);
}

/** Either all data at once or each value. */
function isAllSecret(data: unknown): boolean {
  if (isSecret(data)) return true;
  return typeof data === "object" && data !== null && Object.values(data).every(isSecret);
}

/** What the cluster-autoscaler and GKE's own look at before they evict a pod to remove its half empty node. */
function keepsItsNode(spec: unknown): boolean {
  const annotations = at(spec, "template", "metadata", "annotations");
  return at(annotations, "cluster-autoscaler.kubernetes.io/safe-to-evict") === "false";
}

function isEncoder(spec: unknown): boolean {
  const containers = at(spec, "template", "spec", "containers");
  return JSON.stringify(containers ?? []).includes("WORKER_ACCEL");
}

/** What is under a path; the registered inputs are plain data. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined,
    value,
  );
}

const awsPolicies = [
  "service-role/AmazonEBSCSIDriverPolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryPullOnly",
].map((name) => `arn:aws:iam::aws:policy/${name}`);

const providers = "pulumi:providers:kubernetes";

export const promises: Readonly<Record<string, Promised>> = {
  "every pod has a priority": (resources) =>
    podsOf(resources)
      .filter(({ spec }) => (spec.priorityClassName ?? "") === "")
      .map(({ name }) => name),
  "every pod of ours has 30 seconds to stop in": (resources) =>
    podsOf(resources)
      .filter(({ namespace }) => namespace.startsWith("framewright-"))
      .filter(({ spec }) => (spec.terminationGracePeriodSeconds ?? 0) < 30)
      .map(({ name }) => name),
  "no autoscaler of nodes evicts the only pod with its data": broken(
    "kubernetes:apps/v1:StatefulSet",
    ({ spec }) => Number(at(spec, "replicas")) > 1 || keepsItsNode(spec),
  ),
  "no autoscaler of nodes evicts an encoder": broken(
    "kubernetes:apps/v1:Deployment",
    ({ spec }) => !isEncoder(spec) || keepsItsNode(spec),
  ),
  "Secrets are encrypted in the state": broken(
    "kubernetes:core/v1:Secret",
    // One without data is filled in the cluster.
    ({ data, stringData }) => (data ?? stringData) === undefined || isAllSecret(data),
  ),
  "a kubeconfig is encrypted in the state": broken(providers, ({ kubeconfig }) =>
    isSecret(kubeconfig),
  ),
  "a cluster is known from another one, whatever its kubeconfig is": broken(
    providers,
    ({ clusterIdentifier }) => (clusterIdentifier ?? "") !== "",
  ),
  "the password of Cloud SQL is encrypted in the state": broken(
    "gcp:sql/user:User",
    ({ password }) => isSecret(password),
  ),
  "roles on AWS get few policies of Amazon": broken(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    ({ policyArn }) => awsPolicies.includes(String(policyArn)),
  ),
  "everything on AWS carries the name of its stack": broken(
    "pulumi:providers:aws",
    ({ defaultTags }) => String(defaultTags).includes("framewright:stack"),
  ),
  "roles on Google Cloud are for service accounts": (resources) =>
    resources
      .filter(({ type, inputs }) => {
        const member = String(inputs["member"]);
        return /^gcp:.*IAMMember$/.test(type) && !member.startsWith("serviceAccount:");
      })
      .map(({ name }) => name),
};

/** `name: promise`, for each that a stack does not keep. */
export function brokenPromises(resources: readonly Registration[]): string[] {
  return Object.entries(promises).flatMap(([promise, check]) =>
    check(resources).map((name) => `${name}: ${promise}`),
  );
}
