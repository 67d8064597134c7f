import { describe, expect, it } from "vitest";
import { isSecret, secret, unknown, type Bag } from "../harness/provider-process.ts";
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

export function namingCases(stage: Stage): void {
  describe("names and namespaces", () => {
    it("makes up a name from the logical one, and keeps it", async () => {
      const first = await stage.provider.check(configMap, "settings", { data: { a: "1" } });
      const name = at(first, "metadata", "name");
      expect(name).toMatch(/^settings-[0-9a-f]{8}$/);
      expect(at(first, "metadata", "annotations", "pulumi.com/autonamed")).toBe("true");
      const second = await stage.provider.check(configMap, "settings", { data: { a: "2" } }, first);
      expect(at(second, "metadata", "name")).toBe(name);
    });

    it("does not keep a name that the program had given", async () => {
      const first = await stage.provider.check(configMap, "settings", named("given"));
      const second = await stage.provider.check(configMap, "settings", {}, first);
      expect(at(second, "metadata", "name")).not.toBe("given");
    });

    it("spells out the namespace of namespaced kinds only", async () => {
      const inside = await stage.provider.check(configMap, "a", named("a"));
      expect(at(inside, "metadata", "namespace")).toBe("default");
      const wide = await stage.provider.check("kubernetes:core/v1:Namespace", "a", named("a"));
      expect(at(wide, "metadata", "namespace")).toBeUndefined();
    });

    it("fills in API version and kind, also for resources whose SDK class does not", async () => {
      const inputs = await stage.provider.check("kubernetes:core/v1:ConfigMap", "a", named("a"));
      expect(inputs).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
    });

    it("leaves an unknown name and namespace unknown", async () => {
      const news = { metadata: { name: unknown, namespace: unknown } };
      const inputs = await stage.provider.check(configMap, "a", news);
      expect(inputs["metadata"]).toEqual(news.metadata);
    });

    it("lets the server name an object with generateName", async () => {
      const made = await stage.provider.create(configMap, "a", {
        metadata: { generateName: "made-" },
      });
      expect(made.id).toMatch(/^default\/made-/);
      expect(
        (await stage.provider.diff(made, { metadata: { generateName: "made-" } })).changes,
      ).toEqual({});
      await stage.provider.delete(made);
    });
  });

  describe("secrets", () => {
    const type = "kubernetes:core/v1:Secret";
    const data = { stringData: { password: secret("s3cret-value"), user: "open" } };

    it("marks all data of a Secret in inputs and outputs, even what the program did not", async () => {
      const made = await stage.provider.create(type, "s", named("marked", data));
      for (const bag of [made.inputs, made.state, made.state["__inputs"]]) {
        const found = bag as Bag | undefined;
        if (found === undefined) continue;
        if ("stringData" in found) expect(isSecret(found["stringData"])).toBe(true);
        if ("data" in found) expect(isSecret(found["data"])).toBe(true);
      }
      await stage.provider.delete(made);
    });

    it("keeps a secret environment variable secret wherever the state repeats it", async () => {
      const env = [{ name: "PASSWORD", value: secret("s3cret-value") }];
      const news = deployment("secret-env", {}, { env });
      const made = await stage.provider.create(deploymentType, "secret-env", news);
      const open = JSON.stringify(made.state, (_, value: unknown) =>
        isSecret(value) ? "hidden" : value,
      );
      expect(open).toContain("hidden");
      expect(open).not.toContain("s3cret-value");
      await stage.provider.delete(made);
    });

    it("replaces a Secret whose data change, deleting first since its name is fixed", async () => {
      const made = await stage.provider.create(type, "s", named("changing", data));
      const diff = await stage.provider.diff(
        made,
        named("changing", { stringData: { password: secret("other") } }),
      );
      expect(diff.replaces.length).toBeGreaterThan(0);
      expect(diff.deleteBeforeReplace).toBe(true);
      await stage.provider.delete(made);
    });

    it("sees drift of a value given as stringData", async () => {
      const made = await stage.provider.create(type, "s", named("drifting", data));
      patch(stage, "secret", "drifting", {
        data: { user: Buffer.from("changed").toString("base64") },
      });
      const now = await stage.provider.refresh(made);
      expect(
        Object.keys((await stage.provider.diff(now!, named("drifting", data))).changes).join(),
      ).toMatch(/user|Data/i);
      await stage.provider.delete(made);
    });
  });

  describe("patches", () => {
    it("own only their fields, and give them up when deleted", async () => {
      stage.cluster.kubectl("create", "configmap", "whole", "--from-literal=theirs=1");
      const type = "kubernetes:core/v1:ConfigMapPatch";
      const news = {
        apiVersion: "v1",
        kind: "ConfigMap",
        ...named("whole", { data: { ours: "1" } }),
      };
      const made = await stage.provider.create(type, "patch", news);
      expect(JSON.parse(read(stage, "configmap", "whole", "{.data}"))).toEqual({
        ours: "1",
        theirs: "1",
      });
      const diff = await stage.provider.diff(made, { ...news, data: { ours: "2" } });
      expect(diff.replaces).toEqual([]);
      const changed = await stage.provider.update(made, { ...news, data: { ours: "2" } });
      await stage.provider.delete(changed);
      expect(JSON.parse(read(stage, "configmap", "whole", "{.data}"))).toEqual({ theirs: "1" });
    });

    it("need the name of their object", async () => {
      const news = { apiVersion: "v1", kind: "ConfigMap", data: {} };
      await expect(
        stage.provider.check("kubernetes:core/v1:ConfigMapPatch", "p", news),
      ).rejects.toThrow(/name/);
    });
  });
}
