import { at, isPresent, keysAt, listAt, textAt, textsAt } from "../../kit/json.ts";
import { labelSelectorAt } from "../../kit/selectors.ts";
import type { Subject } from "../../kit/subject.ts";
import { isEverywhere } from "./address-blocks.ts";
import { namesNobody, namesNone } from "./network-policies.ts";

/** Policies of network plugins: some of them come before every NetworkPolicy, and what they allow stays allowed. */

type Prefixes = Parameters<typeof isEverywhere>[1];
type Way = "from" | "to";

/** What one of the rules of a policy opens too wide; undefined if nothing. */
type Judge = (rule: unknown, way: Way, prefixes: Prefixes) => string | undefined;

const everyPod = "allows every pod of every namespace";

function noPeer(way: Way): string {
  return `names no peer and so allows all traffic ${way} everywhere`;
}

function openBlock(blocks: readonly string[], prefixes: Prefixes): string | undefined {
  const open = blocks.find((cidr) => isEverywhere(cidr, prefixes));
  return open && `is open to ${open}`;
}

/** A pattern that is nothing but stars and dots. */
function openDomain(names: readonly string[]): string | undefined {
  const open = names.find((name) => /^[*.]+$/.test(name));
  return open && `is open to the domain ${open}`;
}

/** Of Cilium: https://docs.cilium.io/en/stable/security/policy/ */
function ciliumJudge(isClusterwide: boolean): Judge {
  const isEveryPod = (selector: unknown) => {
    const wanted = labelSelectorAt(selector) ?? [];
    // In a namespace, pods of others are meant only where the label of the namespace is asked for.
    return namesNone(wanted) && (isClusterwide || wanted.some(({ key }) => /namespace$/.test(key)));
  };
  return (rule, way, prefixes) => {
    const keys = keysAt(rule);
    const peers = keys.filter((key) => key.startsWith(way) && key !== "toPorts");
    // Without ports it allows nothing at all.
    if (peers.length === 0)
      return keys.includes("toPorts") || keys.includes("icmps") ? noPeer(way) : undefined;
    const entities = textsAt(rule, `${way}Entities`);
    const open = entities.find((entity) => /^(?:all|world(?:-ipv[46])?)$/.test(entity));
    if (open !== undefined) return `is open to ${open}`;
    const blocks = [
      ...textsAt(rule, `${way}CIDR`),
      ...listAt(rule, `${way}CIDRSet`).flatMap((set) => textAt(set, "cidr") ?? []),
    ];
    const patterns = listAt(rule, "toFQDNs").flatMap((name) => textAt(name, "matchPattern") ?? []);
    const pods = entities.includes("cluster") || listAt(rule, `${way}Endpoints`).some(isEveryPod);
    return openBlock(blocks, prefixes) ?? openDomain(patterns) ?? (pods ? everyPod : undefined);
  };
}

/** Selectors of Calico are texts. */
function isOfAll(selector: string | undefined): boolean {
  return /^(?:|all\(\)|has\(projectcalico\.org\/(?:name|namespace|orchestrator)\))$/.test(
    selector?.replaceAll(" ", "") ?? "",
  );
}

/** Of Calico: https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy */
function calicoJudge(isGlobal: boolean): Judge {
  const naming = [
    "nets",
    "selector",
    "namespaceSelector",
    "serviceAccounts",
    "services",
    "domains",
  ];
  return (rule, way, prefixes) => {
    if (textAt(rule, "action") !== "Allow") return undefined;
    const peer = at(rule, way === "from" ? "source" : "destination");
    const named = naming.filter((key) => isPresent(peer, key));
    if (named.length === 0) return noPeer(way);
    const bySelectors = named.every((key) => /selector$/i.test(key));
    const isOfNamespaces = isGlobal || named.includes("namespaceSelector");
    const pods =
      bySelectors &&
      isOfNamespaces &&
      isOfAll(textAt(peer, "selector")) &&
      isOfAll(textAt(peer, "namespaceSelector"));
    return (
      openBlock(textsAt(peer, "nets"), prefixes) ??
      openDomain(textsAt(peer, "domains")) ??
      (pods ? everyPod : undefined)
    );
  };
}

/** Of administrators: https://network-policy-api.sigs.k8s.io */
const adminJudge: Judge = (rule, way, prefixes) => {
  if (!["Allow", "Accept"].includes(textAt(rule, "action") ?? "")) return undefined;
  const peers = listAt(rule, way);
  const pods = peers.some(
    (peer) =>
      (isPresent(peer, "namespaces") && namesNobody(peer, "namespaces")) ||
      (isPresent(peer, "pods") &&
        namesNobody(peer, "pods", "namespaceSelector") &&
        namesNobody(peer, "pods", "podSelector")),
  );
  const blocks = peers.flatMap((peer) => textsAt(peer, "networks"));
  const domains = peers.flatMap((peer) => textsAt(peer, "domainNames"));
  return openBlock(blocks, prefixes) ?? openDomain(domains) ?? (pods ? everyPod : undefined);
};

const judges: Readonly<Record<string, Judge>> = {
  "cilium.io/CiliumNetworkPolicy": ciliumJudge(false),
  "cilium.io/CiliumClusterwideNetworkPolicy": ciliumJudge(true),
  "projectcalico.org/NetworkPolicy": calicoJudge(false),
  "projectcalico.org/GlobalNetworkPolicy": calicoJudge(true),
  "crd.projectcalico.org/NetworkPolicy": calicoJudge(false),
  "crd.projectcalico.org/GlobalNetworkPolicy": calicoJudge(true),
  "policy.networking.k8s.io/AdminNetworkPolicy": adminJudge,
  "policy.networking.k8s.io/BaselineAdminNetworkPolicy": adminJudge,
  "policy.networking.k8s.io/ClusterNetworkPolicy": adminJudge,
  "networking.k8s.aws/ClusterNetworkPolicy": adminJudge,
};

export const pluginPolicyKinds = Object.keys(judges);

/** What a policy of a network plugin opens too wide. */
export function pluginPolicyProblems(
  { group = "", kind }: Subject,
  policy: unknown,
  prefixes: Prefixes,
): string[] {
  const judge = judges[`${group}/${kind.replace(/List$/, "")}`];
  // Cilium may keep several specs in one object.
  const several = listAt(policy, "specs").map((spec, i) => ({ spec, place: `specs.${i}` }));
  return [{ spec: at(policy, "spec"), place: "spec" }, ...several].flatMap(({ spec, place }) =>
    (["ingress", "egress"] as const).flatMap((side) =>
      listAt(spec, side).flatMap((rule, i) => {
        const problem = judge?.(rule, side === "ingress" ? "from" : "to", prefixes);
        return problem === undefined ? [] : [`${place}.${side}.${i} ${problem}`];
      }),
    ),
  );
}
