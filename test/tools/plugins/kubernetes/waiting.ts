import { describe, expect, it } from "vitest";
import { NotReady, ProviderProcess, type Bag } from "../harness/provider-process.ts";
import { configMap, deploymentType, named, deployment, patch, at, type Stage } from "./stage.ts";

export function waitingCases(stage: Stage): void {
  describe("reading", () => {
    it("finds an object by its id alone, with inputs that match it", async () => {
      stage.cluster.kubectl("create", "configmap", "found", "--from-literal=a=1");
      const found = await stage.provider.get(configMap, "found", "default/found");
      expect(found?.id).toBe("default/found");
      expect(found?.inputs["data"]).toEqual({ a: "1" });
      expect(at(found?.inputs, "metadata", "uid")).toBeUndefined();
      const same = await stage.provider.diff(found!, {
        metadata: { name: "found", namespace: "default" },
        data: { a: "1" },
      });
      expect(same.replaces).toEqual([]);
    });

    it("reports an object that is gone", async () => {
      const made = await stage.provider.create(configMap, "gone", named("gone"));
      stage.cluster.kubectl("delete", "configmap", "gone");
      expect(await stage.provider.refresh(made)).toBeUndefined();
      await expect(stage.provider.delete(made)).resolves.toBeUndefined();
    });

    it("takes the server's normal forms for no drift", async () => {
      const resources = { requests: { cpu: "1000m", memory: "0.5Gi" }, limits: { cpu: 2 } };
      const news = deployment("normal", {}, { resources });
      const made = await stage.provider.create(deploymentType, "normal", news);
      const now = await stage.provider.refresh(made);
      expect((await stage.provider.diff(now!, news)).changes).toEqual({});
      await stage.provider.delete(made);
    });
  });

  describe("ready and gone", () => {
    function slow(name: string): Bag {
      return deployment(name, { replicas: 1 });
    }

    it("hands back the state of what was created but did not become ready in time", async () => {
      const failure: unknown = await stage.provider
        .create(deploymentType, "slow", slow("slow"), 2)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(NotReady);
      const { id, properties } = failure as NotReady;
      expect(id).toBe("default/slow");
      expect(at(properties, "metadata", "name")).toBe("slow");
      const told = stage.provider.logs.join("\n");
      expect(told).toMatch(/\[1\/2\].*[^]*(0 of 1|unschedulable|Waiting)/);
      stage.cluster.kubectl("delete", "deployment", "slow");
    });

    it("waits for what pulumi.com/waitFor names", async () => {
      const annotations = { "pulumi.com/waitFor": "jsonpath={.data.done}=yes" };
      const creating = stage.provider.create(
        configMap,
        "waits",
        { metadata: { name: "waits", annotations } },
        20,
      );
      await expect
        .poll(() =>
          stage.cluster.kubectl("get", "configmap", "waits", "--ignore-not-found", "-o", "name"),
        )
        .not.toBe("");
      patch(stage, "configmap", "waits", { data: { done: "yes" } });
      await stage.provider.delete(await creating);
    });

    it("tells which finalizers keep a deleted object, and goes on once they are gone", async () => {
      const made = await stage.provider.create(configMap, "kept", {
        metadata: { name: "kept", finalizers: ["test.example/hold"] },
      });
      await expect(stage.provider.delete(made, 2)).rejects.toThrow(
        /finalizers[^]*test\.example\/hold|timed out|still exists/,
      );
      patch(stage, "configmap", "kept", { metadata: { finalizers: null } });
      await stage.provider.delete(made);
      expect(stage.cluster.kubectl("get", "configmap", "kept", "--ignore-not-found")).toBe("");
    });

    it("makes a Job anew that is not complete, if annotated replaceUnready", async () => {
      const annotations = { "pulumi.com/replaceUnready": "true", "pulumi.com/skipAwait": "true" };
      const template = {
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "main", image: "example.invalid/main:1" }],
        },
      };
      const news = { metadata: { name: "again", annotations }, spec: { template } };
      const made = await stage.provider.create("kubernetes:batch/v1:Job", "again", news);
      expect((await stage.provider.diff(made, news)).replaces.length).toBeGreaterThan(0);
      await stage.provider.delete(made);
    });

    it("stops waiting when the user cancels, and keeps the state", async () => {
      const own = await ProviderProcess.start("kubernetes", {
        kubeconfig: stage.cluster.kubeconfig,
      });
      const creating = own
        .create(deploymentType, "cancelled", slow("cancelled"))
        .catch((error: unknown) => error);
      await expect
        .poll(() =>
          stage.cluster.kubectl(
            "get",
            "deployment",
            "cancelled",
            "--ignore-not-found",
            "-o",
            "name",
          ),
        )
        .not.toBe("");
      await own.cancel();
      const failure: unknown = await creating;
      expect(failure).toBeInstanceOf(NotReady);
      expect(String(failure)).toMatch(/cancel/i);
      own.stop();
      stage.cluster.kubectl("delete", "deployment", "cancelled");
    });
  });
}
