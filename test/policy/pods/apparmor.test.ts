import { describe, expect, it } from "vitest";
import { apparmor } from "../../../policy/rules/pods/apparmor.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { describeContainers, describePods, secured, securedPod } from "../kit/pod-cases.ts";
import { deployment } from "../kit/workloads.ts";

const profile = (type: unknown) => ({ appArmorProfile: { type } });

describeContainers(apparmor, {
  broken: [
    ["switches it off", secured(profile("Unconfined")), "has Unconfined as AppArmor profile"],
    ["names no type", secured({ appArmorProfile: {} }), "has no type as AppArmor profile"],
    ["is not known", secured(profile(unknown)), "appArmorProfile.type is not known before"],
  ],
  right: [
    ["names the usual one", secured(profile("RuntimeDefault"))],
    ["names one of the node", secured(profile("Localhost"))],
  ],
});

describePods(apparmor, {
  broken: [["switches it off", securedPod(profile("Unconfined")), "has Unconfined as AppArmor"]],
  right: [
    ["names the usual one", securedPod(profile("RuntimeDefault"))],
    ["has what a setting allows", securedPod(profile("Unconfined")), { allowed: ["Unconfined"] }],
    ["runs on Windows", { ...securedPod(profile("Unconfined")), os: { name: "windows" } }],
  ],
});

describe("apparmor, by annotation", () => {
  const key = "container.apparmor.security.beta.kubernetes.io/main";
  const path = ["spec", "template", "metadata", "annotations"];
  it.each([
    ["unconfined", 1],
    ["runtime/default", 0],
    ["localhost/cart", 0],
    ["", 0],
    [unknown, 1],
  ])("judges %j", (value, count) => {
    const said = evaluate(apparmor, withValue(deployment(), path, { [key]: value, other: "x" }));
    expect(said).toHaveLength(count);
    for (const message of said) expect(message).toContain(key);
  });
});
