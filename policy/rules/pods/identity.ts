import { Type } from "typebox";
import {
  cisKubernetes,
  kubernetesDocs,
  nsaCisa,
  podSecurityRestricted,
} from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { containerRule, podRule } from "../../kit/pod-rule.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isPatch } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { contextOf, contextRule, ownContext } from "./context-rule.ts";

export const runAsNonRoot = contextRule({
  name: "run-as-non-root",
  title: "Containers don't run as root",
  why: "Root in a container is root on the node as soon as one mistake in the kernel or in a mount lets it out.",
  fix: "set securityContext.runAsNonRoot to true for the pod, and nothing else for its containers",
  severity: "high",
  frameworks: [podSecurityRestricted("Running as Non-root"), nsaCisa("Non-root containers")],
  field: "runAsNonRoot",
  isInherited: true,
  wrong: (said) => (said === true ? undefined : "may run as root"),
  unsaid: "may run as root",
});

/** Devices that the kubelet hands out have a domain in their name; the node's own resources have none. */
function hasDevice(pod: Pod): boolean {
  return containersOf(pod).some(({ spec }) =>
    ["limits", "requests"].some((field) =>
      keysAt(spec, "resources", field).some((name) => name.includes("/")),
    ),
  );
}

export const userNamespaces = podRule({
  name: "user-namespaces",
  title: "Pods that read what strangers send have users that are none of their node's",
  why: "A mistake in a decoder and one in the kernel make a stranger's file a process of the node; with users of its own, it is nobody there.",
  fix: "set hostUsers to false, on nodes with containerd 2, runc 1.2 and Linux 6.3; a pod with a device of the node need not",
  severity: "medium",
  frameworks: [kubernetesDocs("User Namespaces")],
  config: Type.Object({
    components: Type.Array(Type.String(), {
      default: [],
      description:
        "Values of the label app.kubernetes.io/component of pods that read what strangers send; with none, the rule asks for nothing.",
    }),
  }),
  check: (pod, report, { components }) => {
    const component = textAt(pod.metadata, "labels", "app.kubernetes.io/component") ?? "";
    if (!components.includes(component) || hasDevice(pod)) return;
    const isOwn = at(pod.spec, "hostUsers") === false;
    report(isOwn ? undefined : `shares the users of its node, as a ${component}`);
  },
});

function isTooLow(id: unknown, minimum: number): boolean {
  return typeof id !== "number" || id < minimum;
}

function givenGroups(pod: Pod): unknown[] {
  const fsGroup = ownContext(pod, "fsGroup");
  const others = listAt(ownContext(pod, "supplementalGroups"));
  return fsGroup === undefined ? [...others] : [fsGroup, ...others];
}

function text(id: unknown): string {
  return typeof id === "number" || typeof id === "string" ? String(id) : "nothing";
}

export const numericUser = containerRule({
  name: "numeric-user",
  title: "Containers run as a user and a group that the manifest names by number",
  why: "What the image says instead can change with each build, and a user that is also one on the node may touch what that one may.",
  fix: "set securityContext.runAsUser and runAsGroup of the pod to numbers that are high enough, like 10001, also in fsGroup and supplementalGroups",
  severity: "medium",
  frameworks: [podSecurityRestricted("Running as Non-root user"), nsaCisa("Non-root containers")],
  config: Type.Object({
    minimumUser: Type.Integer({
      default: 1,
      minimum: 1,
      description:
        "The lowest user a container may run as; one that no person and no service of a node has is best.",
    }),
    minimumGroup: Type.Integer({
      default: 1,
      minimum: 1,
      description: "The lowest group a container may run as, or be in through its pod.",
    }),
  }),
  checkPod: (pod, report, { minimumGroup }) => {
    for (const group of givenGroups(pod).filter((id) => isTooLow(id, minimumGroup))) {
      report(`puts its containers into group ${text(group)}, below ${minimumGroup}`);
    }
  },
  check: (container, report, { minimumUser, minimumGroup }) => {
    for (const [field, minimum] of [
      ["runAsUser", minimumUser],
      ["runAsGroup", minimumGroup],
    ] as const) {
      const id = contextOf(container, field);
      if (!isTooLow(id, minimum)) continue;
      report(`has ${text(id)} as ${field}, and not a number from ${minimum} up`);
    }
  },
});

export const ownServiceAccount = podRule({
  name: "own-service-account",
  title: "Pods run as a ServiceAccount that was made for them",
  why: "What the account default is given, every pod of the namespace gets, and nobody can tell who did what.",
  fix: "make a ServiceAccount, and name it in serviceAccountName of the pod",
  severity: "medium",
  frameworks: [cisKubernetes("Ensure that default service accounts are not actively used")],
  check: ({ spec }, report) => {
    const name = ifKnown(
      () => textAt(spec, "serviceAccountName") ?? textAt(spec, "serviceAccount") ?? "",
    );
    // A name that is not known yet is that of another resource, and no program makes the default account.
    if (name === "" || name === "default") report("runs as the ServiceAccount default");
  },
});

const automount = "automountServiceAccountToken";
const tokenFrameworks = [
  cisKubernetes("Ensure that Service Account Tokens are only mounted where necessary"),
  nsaCisa("Protecting Pod service account tokens"),
] as const;
/** Kubernetes' own signer of certificates by which one is known to its API. */
const apiSigner = "kubernetes.io/kube-apiserver-client";

/** What a projected volume gives; a token without an audience is one for the Kubernetes API. */
function mountedProblem(source: unknown, volume: string): string | undefined {
  if (textAt(source, "podCertificate", "signerName")?.startsWith(apiSigner) === true) {
    return `gets a certificate for the Kubernetes API as the volume "${volume}"`;
  }
  if (!isPresent(source, "serviceAccountToken")) return undefined;
  const audience = textAt(source, "serviceAccountToken", "audience");
  return `mounts a token for ${audience ?? "the Kubernetes API"} as the volume "${volume}"`;
}

export const serviceAccountToken = podRule({
  name: "service-account-token",
  title: "Pods mount no token for the Kubernetes API unless they ask for it and may",
  why: "Who gets into a pod with a token speaks to the Kubernetes API in its name; most programs never need it.",
  fix: "set automountServiceAccountToken to false for the pod, and mount no projected serviceAccountToken",
  severity: "high",
  frameworks: tokenFrameworks,
  check: ({ spec }, report) => {
    // What the ServiceAccount says counts only where the pod says nothing, and may change without the pod.
    if (at(spec, automount) !== false) report("mounts a token for the Kubernetes API");
    for (const volume of listAt(spec, "volumes")) {
      for (const source of listAt(volume, "projected", "sources")) {
        report(mountedProblem(source, textAt(volume, "name") ?? ""));
      }
    }
  },
});

export const tokensOnRequest = resourceRule({
  name: "tokens-on-request",
  title: "A ServiceAccount gives its token only to pods that ask for it",
  why: "Any pod that names the account, also one made by hand, gets its token as long as the account doesn't refuse.",
  fix: "set automountServiceAccountToken of the ServiceAccount to false, and to true for the pods that need the token",
  severity: "medium",
  frameworks: tokenFrameworks,
  kinds: ["ServiceAccount"],
  check: (subject, report) => {
    if (isPatch(subject) && !isPresent(subject.props, automount)) return;
    if (at(subject.props, automount) !== false) report("gives its token to each pod that names it");
  },
});
