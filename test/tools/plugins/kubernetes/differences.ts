import { describe, expect, it } from "vitest";
import { official } from "../harness/plugins.ts";
import { ProviderProcess, type Bag } from "../harness/provider-process.ts";
import { configMap, deploymentType, named, deployment, read, at, type Stage } from "./stage.ts";

export function differencesCases(stage: Stage): void {
  describe("differences", () => {
    interface Case {
      what: string;
      type: string;
      old: Bag;
      now: Bag;
      changes: Record<string, string>;
    }
    const tiered = (tier: string): Bag => {
      const labels = { app: "dep", tier };
      const spec = (deployment("dep")["spec"] as { template: Bag }).template["spec"];
      const template = { metadata: { labels }, spec };
      return deployment("dep", { selector: { matchLabels: labels }, template });
    };
    const job = (image: string): Bag =>
      named("job", {
        metadata: { name: "job", annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image }] } },
        },
      });
    const statefulSet = (spec: Bag): Bag => {
      const template = deployment("set")["spec"] as Bag;
      return named("set", { spec: { ...template, serviceName: "set", ...spec } });
    };
    const service = (spec: Bag): Bag =>
      named("svc", {
        spec: { clusterIP: "None", selector: { app: "x" }, ports: [{ port: 80 }], ...spec },
      });
    const claim = (spec: Bag): Bag =>
      named("claim", {
        metadata: { name: "claim", annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "a",
          resources: { requests: { storage: "1Gi" } },
          ...spec,
        },
      });
    const role = (name: string): Bag =>
      named("binding", { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name } });
    const cases: Case[] = [
      {
        what: "a Deployment's image",
        type: deploymentType,
        old: deployment("dep"),
        now: deployment("dep", { minReadySeconds: 5 }),
        changes: { "spec.minReadySeconds": "add" },
      },
      {
        what: "a Deployment's selector",
        type: deploymentType,
        old: tiered("a"),
        now: tiered("b"),
        changes: {
          "spec.selector.matchLabels.tier": "update-replace",
          "spec.template.metadata.labels.tier": "update",
        },
      },
      {
        what: "an annotation with dots in its name",
        type: configMap,
        old: { metadata: { name: "cm", annotations: { "a.b/c": "1" } } },
        now: { metadata: { name: "cm", annotations: { "a.b/c": "2" } } },
        changes: { 'metadata.annotations["a.b/c"]': "update" },
      },
      {
        what: "a ConfigMap's data",
        type: configMap,
        old: named("cm", { data: { a: "1", b: "1" } }),
        now: named("cm", { data: { a: "2" } }),
        changes: { "data.a": "update-replace", "data.b": "delete-replace" },
      },
      {
        what: "an object's name",
        type: configMap,
        old: named("one"),
        now: named("two"),
        changes: { "metadata.name": "update-replace" },
      },
      {
        what: "a Job's template",
        type: "kubernetes:batch/v1:Job",
        old: job("example.invalid/main:1"),
        now: job("example.invalid/main:2"),
        changes: { "spec.template.spec.containers[0].image": "update-replace" },
      },
      {
        what: "a StatefulSet's service",
        type: "kubernetes:apps/v1:StatefulSet",
        old: statefulSet({}),
        now: statefulSet({ serviceName: "other" }),
        changes: { "spec.serviceName": "update-replace" },
      },
      {
        what: "a Service's address",
        type: "kubernetes:core/v1:Service",
        old: service({ selector: { app: "x" } }),
        now: service({ clusterIP: "10.97.7.7" }),
        changes: { "spec.clusterIP": "update-replace" },
      },
      {
        what: "a claim's storage class",
        type: "kubernetes:core/v1:PersistentVolumeClaim",
        old: claim({}),
        now: claim({ storageClassName: "b" }),
        changes: { "spec.storageClassName": "update-replace" },
      },
      {
        what: "the role of a binding",
        type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
        old: role("one"),
        now: role("two"),
        changes: { "roleRef.name": "update-replace" },
      },
    ];

    it.each(cases)("tells what a change of $what means", async ({ type, old, now, changes }) => {
      const made = await stage.provider.create(type, "x", old);
      try {
        expect((await stage.provider.diff(made, old)).changes).toEqual({});
        const diff = await stage.provider.diff(made, now);
        expect(diff.changes).toEqual(changes);
        const replaces = Object.values(changes).some((change) => change.endsWith("-replace"));
        expect(diff.replaces.length > 0).toBe(replaces);
        const sameName = at(old, "metadata", "name") === at(now, "metadata", "name");
        expect(diff.deleteBeforeReplace).toBe(replaces && sameName);
      } finally {
        await stage.provider.delete(made);
      }
    });

    it("creates the new object first when the name is made up", async () => {
      const made = await stage.provider.create(configMap, "auto", { data: { a: "1" } });
      const diff = await stage.provider.diff(made, { data: { a: "2" } });
      expect(diff.replaces).toEqual(["data.a"]);
      expect(diff.deleteBeforeReplace).toBe(false);
      await stage.provider.delete(made);
    });

    it.skipIf(official)("replaces what only the server knows to be immutable", async () => {
      const priority = (value: number): Bag => named("high", { value });
      const type = "kubernetes:scheduling.k8s.io/v1:PriorityClass";
      const made = await stage.provider.create(type, "high", priority(10));
      expect((await stage.provider.diff(made, priority(20))).changes).toEqual({
        value: "update-replace",
      });
      await stage.provider.delete(made);
    });

    it("ignores what ignoreChanges names", async () => {
      const made = await stage.provider.create(deploymentType, "ignored", deployment("ignored"));
      const diff = await stage.provider.diff(made, deployment("ignored", { replicas: 3 }), [
        "spec.replicas",
      ]);
      expect(diff.changes).toEqual({});
      await stage.provider.delete(made);
    });

    it("changes ConfigMap and Secret data in place when the provider is told so", async () => {
      const mutable = await ProviderProcess.start("kubernetes", {
        kubeconfig: stage.cluster.kubeconfig,
        enableConfigMapMutable: "true",
        enableSecretMutable: "true",
      });
      const made = await mutable.create(
        configMap,
        "mutable",
        named("mutable", { data: { a: "1", b: "1" } }),
      );
      expect((await mutable.diff(made, named("mutable", { data: { a: "2" } }))).replaces).toEqual(
        [],
      );
      const changed = await mutable.update(made, named("mutable", { data: { a: "2" } }));
      expect(read(stage, "configmap", "mutable", "{.data}")).toBe('{"a":"2"}');
      await mutable.delete(changed);
      mutable.stop();
    });
  });
}
