import { describe, expect, it } from "vitest";
import { podSecurityLabels } from "../../../policy/rules/access/pod-security-labels.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import { listOf, namespaceObject, patchOf } from "./objects.ts";

const label = "pod-security.kubernetes.io/enforce";
const enforcing = (level: string) => namespaceObject("shop", { [label]: level });
const bare = namespaceObject("shop", { team: "shop" });

describe("pod-security-labels", () => {
  it("accepts a namespace that enforces the strictest level", () => {
    expect(evaluate(podSecurityLabels, enforcing("restricted"))).toEqual([]);
    expect(evaluate(podSecurityLabels, listOf(enforcing("restricted")))).toEqual([]);
  });

  it.each([
    ["has no such label", bare, "enforces no Pod Security level, which must be restricted"],
    [
      "has no labels",
      withValue(bare, ["metadata", "labels"], undefined),
      "enforces no Pod Security level",
    ],
    [
      "only warns",
      namespaceObject("shop", { "pod-security.kubernetes.io/warn": "restricted" }),
      "enforces no",
    ],
    [
      "enforces less",
      enforcing("baseline"),
      "enforces the Pod Security level baseline, which must be restricted",
    ],
    ["enforces nothing", enforcing("privileged"), "level privileged, which must be restricted"],
    [
      "enforces no level that there is",
      enforcing("strict"),
      "level strict, which must be restricted",
    ],
    ["is an item of a list", listOf(bare), "enforces no Pod Security level"],
    ["is patched to less", patchOf(enforcing("baseline")), "level baseline"],
    ["has an unknown label", enforcing(unknown), "is not known before the update"],
  ])("refuses one that %s", (_, resource, problem) => {
    expect(evaluate(podSecurityLabels, resource)).toEqual([expect.stringContaining(problem)]);
  });

  const pinned = (version: string) =>
    namespaceObject("shop", { [label]: "restricted", [`${label}-version`]: version });

  it("refuses to pin old standards", () => {
    expect(evaluate(podSecurityLabels, pinned("latest"))).toEqual([]);
    expect(evaluate(podSecurityLabels, pinned("v1.25"))).toEqual([]);
    expect(evaluate(podSecurityLabels, pinned("v1.24"))).toEqual([
      expect.stringContaining(
        "enforces the Pod Security standards of v1.24, which must be of v1.25",
      ),
    ]);
    expect(evaluate(podSecurityLabels, pinned("newest"))).toHaveLength(1);
    expect(evaluate(podSecurityLabels, pinned("v1.30"), { oldestVersion: 31 })).toHaveLength(1);
  });

  it("leaves a namespace alone that a patch does not weaken", () => {
    expect(evaluate(podSecurityLabels, patchOf(bare))).toEqual([]);
  });

  it("lets the settings ask for less, of all namespaces or of some", () => {
    expect(evaluate(podSecurityLabels, enforcing("baseline"), { level: "baseline" })).toEqual([]);
    const exceptions = [{ name: "sh*", level: "baseline", reason: "an agent needs host ports" }];
    expect(evaluate(podSecurityLabels, enforcing("baseline"), { exceptions })).toEqual([]);
    expect(evaluate(podSecurityLabels, enforcing("privileged"), { exceptions })).toHaveLength(1);
    expect(evaluate(podSecurityLabels, namespaceObject("other", {}), { exceptions })).toEqual([
      expect.stringContaining("must be restricted"),
    ]);
  });

  it("puts the label where there is none", async () => {
    const props = await remediated(podSecurityLabels, bare);
    expect(props).toEqual(withValue(bare, ["metadata", "labels", label], "restricted").props);
    const exceptions = [{ name: "shop", level: "baseline", reason: "an agent needs host ports" }];
    const excepted = await remediated(podSecurityLabels, bare, { exceptions });
    expect(excepted).toEqual(withValue(bare, ["metadata", "labels", label], "baseline").props);
  });

  it.each([
    ["one that is right", enforcing("restricted")],
    ["one that somebody chose", enforcing("baseline")],
    ["what is only patched", patchOf(bare)],
  ])("does not change %s", async (_, resource) => {
    expect(await remediated(podSecurityLabels, resource)).toBeUndefined();
  });
});
