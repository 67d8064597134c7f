import { describe, expect, it } from "vitest";
import { rules } from "../../../policy/rules.ts";
import { profile } from "../kit/goldens.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

const settings = profile("strict");

/** What each rule says of a kind whose operator makes pods, by fields that it hands on to them. */
function said(spec: object): Readonly<Record<string, string[]>> {
  const resource = objectOf("monitoring.example.com/Collector", { spec });
  const messages = rules.map((rule) => {
    const config = settings[rule.name] ?? {};
    return [rule.name, evaluateStack(rule, [resource], { config })] as const;
  });
  return Object.fromEntries(messages.filter(([, of]) => of.length > 0));
}

const node = { name: "node", hostPath: { path: "/var/run" } };

describe("a custom resource with a part of a pod", () => {
  it.each<[string, string, object, string]>([
    ["no-host-namespaces", "the node's network", { hostNetwork: true }, "shares the network"],
    ["no-host-namespaces", "the node's processes", { hostPID: true }, "shares the processes"],
    ["host-paths", "a folder of the node", { volumes: [node] }, "mounts /var/run of its node"],
    ["no-privileged", "all rights", { securityContext: { privileged: true } }, "is privileged"],
    [
      "no-privilege-escalation",
      "a way to more rights",
      { securityContext: { allowPrivilegeEscalation: true } },
      "get more rights",
    ],
    [
      "drop-capabilities",
      "capabilities",
      { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } },
      "adds SYS_ADMIN",
    ],
    ["masked-proc", "/proc", { securityContext: { procMount: "Unmasked" } }, "sees /proc unmasked"],
    [
      "run-as-non-root",
      "leave to be root",
      { securityContext: { runAsNonRoot: false } },
      "run as root",
    ],
    ["numeric-user", "root", { securityContext: { runAsUser: 0 } }, "has 0 as runAsUser"],
    ["numeric-user", "root's group", { securityContext: { runAsGroup: 0 } }, "has 0 as runAsGroup"],
    [
      "seccomp",
      "all system calls",
      { securityContext: { seccompProfile: { type: "Unconfined" } } },
      "has Unconfined",
    ],
    [
      "apparmor",
      "no AppArmor",
      { securityContext: { appArmorProfile: { type: "Unconfined" } } },
      "has Unconfined",
    ],
    [
      "selinux",
      "an SELinux type",
      { securityContext: { seLinuxOptions: { type: "spc_t" } } },
      "the type spc_t",
    ],
    [
      "safe-sysctls",
      "kernel parameters",
      { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
      "sets kernel.msgmax",
    ],
    [
      "separate-processes",
      "shared processes",
      { hostIPC: false, shareProcessNamespace: true },
      "see each other's processes",
    ],
  ])("is refused by %s alone if that asks for %s", (name, _, part, says) => {
    const messages = said({ replicas: 1, ...part });
    expect(Object.keys(messages)).toEqual([name]);
    expect(messages[name]).toEqual([expect.stringContaining("Collector shop/cart: spec: ")]);
    expect(messages[name]![0]).toContain(says);
  });

  it("is let pass by every rule if it asks for nothing that is refused", () => {
    const part = {
      hostNetwork: false,
      volumes: [{ name: "settings", configMap: { name: "cart" } }],
      securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001 },
    };
    expect(said(part)).toEqual({});
  });

  it("may mount what is allowed only if writing to it is allowed too: its containers are elsewhere", () => {
    const allowed = { path: "/var/run", reason: "read by the collector" };
    const rule = rules.find(({ name }) => name === "host-paths")!;
    const resource = objectOf("example.com/Collector", { spec: { volumes: [node] } });
    const judged = (config: object) =>
      evaluateStack(rule, [resource], { config: { allowed: [config] } });
    expect(judged(allowed)).toEqual([expect.stringContaining("lets its containers write")]);
    expect(judged({ ...allowed, writable: true })).toEqual([]);
  });
});
