import { describe, expect, it } from "vitest";
import { readOnlyRoot } from "../../../policy/rules/pods/read-only-root.ts";
import { withValue } from "../kit/change.ts";
import { judge, remediated, unknown } from "../kit/judge.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

const writable = container({ securityContext: {} });

describe("read-only-root", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(judge(readOnlyRoot, make(podSpec()))).toEqual([]);
    const [said, ...more] = judge(readOnlyRoot, make(podSpec({ containers: [writable] })));
    expect(said).toContain(`${kind} shop/cart: `);
    expect(said).toContain('container "main" can write to its root filesystem. Fix: set security');
    expect(more).toEqual([]);
  });

  it.each([
    ["init container", { initContainers: [writable] }],
    ["sidecar", { initContainers: [{ ...writable, restartPolicy: "Always" }] }],
    ["ephemeral container", { ephemeralContainers: [writable] }],
  ])("judges each %s", (role, spec) => {
    expect(judge(readOnlyRoot, deployment(podSpec(spec)))).toEqual([
      expect.stringContaining(`${role} "main" can write`),
    ]);
  });

  it("says that it needs a literal where the value is unknown, and judges the other containers", () => {
    const spec = podSpec({ containers: [container({ securityContext: unknown }), writable] });
    expect(judge(readOnlyRoot, deployment(spec))).toEqual([
      expect.stringContaining(
        'container "main" spec.template.spec.containers.0.securityContext is not known before the update',
      ),
      expect.stringContaining("can write"),
    ]);
  });

  it("leaves alone what is exempt, by object or by container", () => {
    const resource = deployment(podSpec({ containers: [writable] }));
    const exempt = (more: object) => ({
      exempt: [{ namespace: "sh*", name: "cart", reason: "writes where it must", ...more }],
    });
    expect(judge(readOnlyRoot, resource, exempt({}))).toEqual([]);
    expect(judge(readOnlyRoot, resource, exempt({ container: "main" }))).toEqual([]);
    expect(judge(readOnlyRoot, resource, exempt({ container: "other" }))).toHaveLength(1);
    expect(judge(readOnlyRoot, resource, exempt({ namespace: "other" }))).toHaveLength(1);
  });

  it("puts it right, and only where it is wrong", async () => {
    const path = ["spec", "template", "spec", "containers", 0, "securityContext"];
    const good = deployment();
    const bad = withValue(good, [...path, "readOnlyRootFilesystem"], undefined);
    expect(await remediated(readOnlyRoot, bad)).toEqual(good.props);
    expect(await remediated(readOnlyRoot, good)).toBeUndefined();
  });
});
