import { softSpots } from "../hardening.ts";
import { podsOf } from "../pods.ts";
import { at, each, isSecret, isWide, list, ofType, type SecurityRule } from "./rule.ts";

const namespaceType = "kubernetes:core/v1:Namespace";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** What runs in kube-system for the nodes' sake, and what it may that no pod of ours may. */
const exceptions: Readonly<Record<string, readonly RegExp[]>> = {
  // It is the kubelet's: root, with its socket in the kubelet's folder. NVIDIA's own manifest has no probes.
  "device-plugin": [
    /has its own account/,
    /startup, readiness and liveness probes/,
    /time to stop in/,
    /unprivileged user/,
    /mounts nothing of its node/,
  ],
  // It asks the Kubernetes API all the time; it has readiness and liveness probes.
  autoscaler: [/has no token/, /startup, readiness and liveness probes/],
};

function isExcepted(softSpot: string): boolean {
  return Object.entries(exceptions).some(
    ([pod, rules]) => softSpot.startsWith(`${pod}-`) && rules.some((rule) => rule.test(softSpot)),
  );
}

/** Soft spots of the pods of a stack, but for those that cannot be otherwise. */
export const podsAreHardened: SecurityRule = ({ resources }) =>
  softSpots(podsOf(resources)).filter((spot) => !isExcepted(spot));

const standard = "pod-security.kubernetes.io/enforce";

/** Every namespace refuses all traffic that nobody declared. */
const deniesByDefault: SecurityRule = (stack) => {
  const closed = ofType(stack, policyType)
    .filter(({ inputs }) => {
      const spec = at(inputs, "spec");
      return (
        JSON.stringify(at(spec, "podSelector")) === "{}" &&
        ["Ingress", "Egress"].every((type) => list(at(spec, "policyTypes")).includes(type)) &&
        at(spec, "ingress") === undefined &&
        at(spec, "egress") === undefined
      );
    })
    .map(({ inputs }) => at(inputs, "metadata.namespace"));
  return ofType(stack, namespaceType)
    .filter(({ inputs }) => !closed.includes(at(inputs, "metadata.name")))
    .map(({ name }) => `${name}: denies by default`);
};

function isWhole(rules: unknown, side: "from" | "to"): boolean {
  return list(rules).every(
    (rule) => list(at(rule, side)).length > 0 && list(at(rule, "ports")).length > 0,
  );
}

/** The label under `metadata.labels`, whose key has dots in it. */
function labelOf(inputs: unknown, key: string): unknown {
  const labels = at(inputs, "metadata.labels");
  return typeof labels === "object" && labels !== null ? Reflect.get(labels, key) : undefined;
}

/** The one folder of a node that a pod may see: where device plugins and the kubelet meet. */
const kubeletFolder = "/var/lib/kubelet/device-plugins";

const mountsOnlySockets: SecurityRule = ({ resources }) =>
  podsOf(resources)
    .filter(({ spec }) =>
      (spec.volumes ?? []).some(
        ({ hostPath }) => (hostPath?.path ?? kubeletFolder) !== kubeletFolder,
      ),
    )
    .map(({ name }) => `${name}: mounts a folder of its node`);

const service = "kubernetes:core/v1:Service";
const publicHost = /aws-load-balancer-ssl-cert/;

export const kubernetesRules: readonly SecurityRule[] = [
  podsAreHardened,
  mountsOnlySockets,
  deniesByDefault,
  each(
    namespaceType,
    "enforces the restricted standard",
    (inputs) => labelOf(inputs, standard) === "restricted",
  ),
  each(
    policyType,
    "names who and which port",
    (inputs) =>
      isWhole(at(inputs, "spec.ingress"), "from") && isWhole(at(inputs, "spec.egress"), "to"),
  ),
  each("kubernetes:core/v1:Secret", "holds nothing in plain text", (inputs) => {
    const data = inputs["data"];
    return (
      isSecret(data) ||
      (typeof data === "object" && data !== null && Object.values(data).every(isSecret))
    );
  }),
  each(service, "lets in only whom it names, or everybody by TLS", (inputs) => {
    const ranges = list(at(inputs, "spec.loadBalancerSourceRanges"));
    const byTls = publicHost.test(JSON.stringify(at(inputs, "metadata.annotations") ?? {}));
    return (
      at(inputs, "spec.type") !== "LoadBalancer" ||
      (ranges.length > 0 && (byTls || !ranges.some(isWide)))
    );
  }),
  each(service, "opens no port of the nodes", (inputs) => at(inputs, "spec.type") !== "NodePort"),
  each("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "allows no everything", (inputs) =>
    list(inputs["rules"]).every((rule) =>
      ["verbs", "resources", "apiGroups"].every((key) => !list(at(rule, key)).includes("*")),
    ),
  ),
  each("pulumi:providers:kubernetes", "has a secret kubeconfig", (inputs) =>
    isSecret(inputs["kubeconfig"]),
  ),
  each("pulumi:providers:kubernetes", "knows its cluster from another one", (inputs) =>
    Boolean(inputs["clusterIdentifier"]),
  ),
  each(
    "kubernetes:storage.k8s.io/v1:StorageClass",
    "encrypts volumes",
    (inputs) =>
      inputs["provisioner"] !== "ebs.csi.aws.com" || at(inputs, "parameters.encrypted") === "true",
  ),
];
