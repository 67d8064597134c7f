import { describe, expect, it } from "vitest";
import { official } from "../harness/plugins.ts";
import { ProviderProcess, unknown } from "../harness/provider-process.ts";
import {
  configMap,
  deploymentType,
  named,
  deployment,
  read,
  patch,
  at,
  type Stage,
} from "./stage.ts";

export function applyingCases(stage: Stage): void {
  describe("applying", () => {
    it("previews with the server's defaults, without creating anything", async () => {
      const dry = await stage.provider.preview(deploymentType, "dry", deployment("dry"));
      expect(at(dry, "spec", "strategy", "type")).toBe("RollingUpdate");
      expect(dry).not.toHaveProperty("status");
      expect(stage.cluster.kubectl("get", "deployment", "dry", "--ignore-not-found")).toBe("");
    });

    it("tells in a preview what the server would refuse", async () => {
      await expect(
        stage.provider.preview(deploymentType, "wrong", deployment("wrong", { replicas: -1 })),
      ).rejects.toThrow(/replicas/);
    });

    it("previews what cannot be known: values to come, missing namespaces, missing kinds", async () => {
      for (const [type, news] of [
        [configMap, named("x", { data: { a: unknown } })],
        [configMap, { metadata: { name: "x", namespace: "not-there" }, data: { a: "1" } }],
        ["kubernetes:missing.example/v1:Thing", named("x", { spec: { a: 1 } })],
      ] as const) {
        const dry = await stage.provider.preview(type, "x", news);
        expect(at(dry, "metadata", "name")).toBe("x");
      }
    });

    it("removes a field that the program no longer has, and leaves those of others", async () => {
      const first = { metadata: { name: "owned", labels: { ours: "1", gone: "1" } } };
      const made = await stage.provider.create(configMap, "owned", first);
      patch(stage, "configmap", "owned", { metadata: { labels: { theirs: "1" } } });
      const now = { metadata: { name: "owned", labels: { ours: "2" } } };
      const changed = await stage.provider.update(made, now);
      expect(JSON.parse(read(stage, "configmap", "owned", "{.metadata.labels}"))).toEqual({
        ours: "2",
        theirs: "1",
      });
      await stage.provider.delete(changed);
    });

    it("fails with a conflict over a field that another manager changed, unless told to force", async () => {
      const made = await stage.provider.create(
        deploymentType,
        "contested",
        deployment("contested"),
      );
      patch(
        stage,
        "deployment",
        "contested",
        { spec: { minReadySeconds: 7 } },
        "--field-manager=someone",
      );
      const now = deployment("contested", { minReadySeconds: 9 });
      await expect(stage.provider.update(made, now)).rejects.toThrow(/conflict[^]*someone/);
      const forced = {
        ...now,
        metadata: { name: "contested", annotations: { "pulumi.com/patchForce": "true" } },
      };
      const changed = await stage.provider.update(made, forced);
      expect(read(stage, "deployment", "contested", "{.spec.minReadySeconds}")).toBe("9");
      await stage.provider.delete(changed);
    });

    it("leaves an ignored field to whoever owns it", async () => {
      const made = await stage.provider.create(
        deploymentType,
        "scaled",
        deployment("scaled", { replicas: 0 }),
      );
      patch(
        stage,
        "deployment",
        "scaled",
        { spec: { replicas: 0, revisionHistoryLimit: 3 } },
        "--field-manager=scaler",
      );
      const now = deployment("scaled", {
        replicas: 0,
        revisionHistoryLimit: 5,
        minReadySeconds: 1,
      });
      const changed = await stage.provider.update(made, now, {
        ignoreChanges: ["spec.revisionHistoryLimit"],
      });
      expect(read(stage, "deployment", "scaled", "{.spec.revisionHistoryLimit}")).toBe("3");
      expect(read(stage, "deployment", "scaled", "{.spec.minReadySeconds}")).toBe("1");
      await stage.provider.delete(changed);
    });

    it("refuses to create an object that exists, and leaves it as it is", async () => {
      stage.cluster.kubectl("create", "configmap", "taken", "--from-literal=a=1");
      await expect(
        stage.provider.create(configMap, "taken", named("taken", { data: { a: "2" } })),
      ).rejects.toThrow(/already exists/i);
      expect(read(stage, "configmap", "taken", "{.data.a}")).toBe("1");
    });

    it("adopts an existing object when the provider is told so", async () => {
      stage.cluster.kubectl("create", "configmap", "adopted", "--from-literal=a=1");
      const config = {
        kubeconfig: stage.cluster.kubeconfig,
        upsertExistingObjects: "true",
        enablePatchForce: "true",
      };
      const upserting = await ProviderProcess.start("kubernetes", config);
      const made = await upserting.create(
        configMap,
        "adopted",
        named("adopted", { data: { a: "2" } }),
      );
      expect(read(stage, "configmap", "adopted", "{.data.a}")).toBe("2");
      await upserting.delete(made);
      upserting.stop();
    });

    it("previews the replacement of an object whose name is still taken", async () => {
      const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
      const versions = [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object" } },
        },
      ];
      const names = { kind: "Gadget", plural: "gadgets" };
      const spec = { group: "test.example", scope: "Namespaced", names, versions };
      const news = named("gadgets.test.example", { spec });
      const definition = await stage.provider.create(type, "d", news);
      for (const [kind, again] of [
        [type, news],
        [configMap, named("kube-root-ca.crt", { data: {} })],
      ] as const) {
        const dry = await stage.provider.preview(kind, "d", again);
        expect(at(dry, "metadata", "name")).toBe(at(again, "metadata", "name"));
      }
      await stage.provider.delete(definition);
    });

    it.skipIf(official)("passes the server's warnings on", async () => {
      stage.cluster.kubectl("create", "namespace", "warning");
      const label = "pod-security.kubernetes.io/warn=restricted";
      stage.cluster.kubectl("label", "namespace", "warning", label);
      const metadata = { name: "warned", namespace: "warning" };
      const news = { ...deployment("warned"), metadata };
      const made = await stage.provider.create(deploymentType, "warned", news);
      expect(stage.provider.logs.join("\n")).toContain("would violate PodSecurity");
      await stage.provider.delete(made);
    });

    it("refuses a field that the kind does not have", async () => {
      const news = deployment("mistyped", { replicaz: 1 });
      const preview = stage.provider.preview(deploymentType, "mistyped", news);
      await expect(preview).rejects.toThrow(/replicaz/);
    });

    it.skipIf(official)(
      "goes on with what a killed update had made, under the same manager",
      async () => {
        const forgotten = await stage.provider.create(
          deploymentType,
          "halfway",
          deployment("halfway"),
        );
        const config = { kubeconfig: stage.cluster.kubeconfig, upsertExistingObjects: "true" };
        const upserting = await ProviderProcess.start("kubernetes", config);
        const news = deployment("halfway", { minReadySeconds: 4 });
        const made = await upserting.create(deploymentType, "halfway", news);
        expect(made.state["__fieldManager"]).toBe(forgotten.state["__fieldManager"]);
        const later = deployment("halfway", { minReadySeconds: 5 });
        await upserting.delete(await upserting.update(made, later));
        upserting.stop();
      },
    );

    it("shows what an update would lead to without doing it", async () => {
      const made = await stage.provider.create(deploymentType, "shown", deployment("shown"));
      const shown = await stage.provider.update(made, deployment("shown", { minReadySeconds: 3 }), {
        preview: true,
      });
      expect(at(shown.state, "spec", "minReadySeconds")).toBe(3);
      expect(read(stage, "deployment", "shown", "{.spec.minReadySeconds}")).toBe("");
      await stage.provider.delete(made);
    });
  });
}
