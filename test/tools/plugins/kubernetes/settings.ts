import { describe, expect, it } from "vitest";
import { official } from "../harness/plugins.ts";
import { ProviderProcess, unknown, type Bag, type Resource } from "../harness/provider-process.ts";
import { configMap, named, type Stage } from "./stage.ts";

export function settingsCases(stage: Stage): void {
  describe("the provider's own settings", () => {
    it.each([
      [
        "another kubeconfig of the same cluster, by its identifier",
        { clusterIdentifier: "a", kubeconfig: "one" },
        { clusterIdentifier: "a", kubeconfig: "two" },
        false,
      ],
      ["another identifier", { clusterIdentifier: "a" }, { clusterIdentifier: "b" }, true],
      ["an unknown kubeconfig", { kubeconfig: "{}" }, { kubeconfig: unknown }, true],
    ])("tell whether everything is to be replaced: %s", async (_, olds, news, replaces) => {
      const quoted = (bag: Bag): Bag => bag;
      const diff = await stage.provider.diffConfig(quoted(olds), quoted(news));
      expect(diff.replaces.length > 0).toBe(replaces);
    });

    it("take a namespace for objects that name none", async () => {
      stage.cluster.kubectl("create", "namespace", "elsewhere");
      const own = await ProviderProcess.start("kubernetes", {
        kubeconfig: stage.cluster.kubeconfig,
        namespace: "elsewhere",
      });
      expect((await own.create(configMap, "here", named("here"))).id).toBe("elsewhere/here");
      own.stop();
    });

    it.each([
      ["no such file", { kubeconfig: "/does/not/exist" }, /\/does\/not\/exist/],
      ["no such context", { context: "nowhere" }, /nowhere/],
    ])("say what is wrong with them: %s", async (_, config, expected) => {
      const own = await ProviderProcess.start("kubernetes", {
        kubeconfig: stage.cluster.kubeconfig,
        ...config,
      });
      await expect(own.create(configMap, "x", named("x"))).rejects.toThrow(expected);
      own.stop();
    });

    it.skipIf(official).each([
      [
        "the function kubernetes:helm:template",
        () => stage.provider.invoke("kubernetes:helm:template"),
      ],
      [
        "the resource kubernetes:helm.sh/v3:Release",
        () => stage.provider.check("kubernetes:helm.sh/v3:Release", "r", {}),
      ],
    ])("name the official plugin for what is lacking: %s", async (what, action) => {
      await expect(action()).rejects.toThrow(
        new RegExp(`${what} is not supported .*kubernetes v4\\.`),
      );
    });

    it.skipIf(official)("refuse modes that only the official plugin has", async () => {
      expect(await stage.provider.checkConfig({ enableServerSideApply: "false" })).toHaveLength(1);
      expect(await stage.provider.checkConfig({ renderYamlToDirectory: "out" })).toHaveLength(1);
      expect(await stage.provider.checkConfig({ enableServerSideApply: "true" })).toHaveLength(0);
    });

    it("survive a resource from the official plugin's state", async () => {
      const made: Resource = await stage.provider.create(
        configMap,
        "taken-over",
        named("taken-over", { data: { a: "1" } }),
      );

      const changed = await stage.provider.update(
        { ...made, state: { ...made.state, __fieldManager: "pulumi-kubernetes-0a1b2c3d" } },
        {
          ...named("taken-over", { data: { a: "1" } }),
          metadata: { name: "taken-over", labels: { new: "1" } },
        },
      );
      expect(changed.state["__fieldManager"]).toBe("pulumi-kubernetes-0a1b2c3d");
      await stage.provider.delete(changed);
    });
  });
}
