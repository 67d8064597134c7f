import { apparmor, safeSysctls, seccomp, selinux } from "../../../policy/rules/pods/confinement.ts";
import { withValue } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, deployment, podSpec, podWith, secured, securedPod } from "../kit/workloads.ts";

/** A pod, and its container, whose security contexts say something of a field. */
function saying(field: string, ofPod: unknown, ofContainer?: unknown) {
  return podWith({
    ...securedPod({ [field]: ofPod }),
    containers: [container(secured({ [field]: ofContainer }))],
  });
}

const usual = { type: "RuntimeDefault" };
const off = { type: "Unconfined" };
const ofNode = { type: "Localhost", localhostProfile: "shop/cart.json" };

const filter = (ofPod: unknown, ofContainer?: unknown) =>
  saying("seccompProfile", ofPod, ofContainer);

describeRule(seccomp, {
  passes: [
    ["a profile of the pod", filter(usual)],
    ["a profile of the container, beside none of the pod", filter(undefined, usual)],
    ["a profile of the node", filter(ofNode, ofNode)],
    ["a container that leaves it to its pod", filter(usual, null)],
  ],
  fails: [
    ["none", filter(undefined), 'container "main" has no seccomp profile'],
    ["none of the container", filter(usual, off), 'container "main" has Unconfined as seccomp'],
    ["none of the pod alone", filter(off, usual), "shop/cart: has Unconfined as seccomp profile"],
    ["a profile without a type", filter(usual, {}), "has no type as seccomp profile"],
    [
      "an unknown profile of the pod, and each container that leaves it to the pod",
      filter(unknown),
      ["seccompProfile is not known before", 'container "main" spec'],
    ],
  ],
});

const armored = (ofPod: unknown, ofContainer?: unknown) =>
  saying("appArmorProfile", ofPod, ofContainer);
const annotated = (value: unknown) =>
  withValue(deployment(), ["spec", "template", "metadata", "annotations"], {
    "container.apparmor.security.beta.kubernetes.io/main": value,
    other: "unconfined",
  });

describeRule(apparmor, {
  passes: [
    ["the usual one", armored(usual, usual)],
    ["one of the node", armored(undefined, ofNode)],
  ],
  fails: [
    ["none of the container", armored(usual, off), 'container "main" has Unconfined as AppArmor'],
    ["none of the pod", armored(off), "shop/cart: has Unconfined as AppArmor profile"],
    ["a profile without a type", armored(undefined, {}), "has no type as AppArmor profile"],
    ["none by annotation", annotated("unconfined"), "the annotation container.apparmor"],
    ["an unknown annotation", annotated(unknown), "apparmor.security.beta.kubernetes.io/main"],
  ],
});

const options = (ofPod: unknown, ofContainer?: unknown) =>
  saying("seLinuxOptions", ofPod, ofContainer);
const level = { level: "s0:c1,c2", type: "", user: "" };

describeRule(selinux, {
  passes: [
    ["a level", options(level, level)],
    ["a type of containers", options(undefined, { type: "container_init_t" })],
  ],
  fails: [
    ["a type without limits", options({ type: "spc_t" }), "cart: chooses SELinux options: the"],
    ["one of a container", options(undefined, { type: "spc_t" }), "options: the type spc_t"],
    ["a user and a role", options(undefined, { user: "u", role: "r" }), "options: user, role"],
  ],
});

const sysctls = (...names: unknown[]) =>
  deployment(podSpec(securedPod({ sysctls: names.map((name) => ({ name, value: "1" })) })));

describeRule(safeSysctls, {
  passes: [["parameters of the pod", sysctls("net.ipv4.tcp_syncookies", "kernel.shm_rmid_forced")]],
  fails: [
    ["one of the node", sysctls("kernel.msgmax"), "sets kernel.msgmax for its node"],
    ["two beside one of the pod", sysctls("a", "net.ipv4.tcp_rmem", "b"), "sets a, b for its node"],
  ],
});
