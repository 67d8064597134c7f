import { expect, test } from "vitest";
import { Exporter } from "../../objects/exporter.ts";
import { objects } from "./sample-objects.ts";

/** A Kubernetes API with the sample objects in namespace `a`, and nothing in others. */
function lister(paths: string[] = []) {
  return {
    async *list(path: string): AsyncGenerator {
      paths.push(path);
      await Promise.resolve();
      const [, namespace, resource = ""] = /namespaces\/([^/]+)\/(.+)$/.exec(path) ?? [];
      if (namespace === "a") yield objects[resource];
    },
  };
}

test("it shows what the Kubernetes API has, by the names of kube-state-metrics", async () => {
  const exporter = new Exporter(lister(), ["a", "b"]);
  await exporter.refresh();
  const text = await exporter.registry.metrics();
  expect(text).toContain("# TYPE kube_pod_container_status_restarts_total counter");
  expect(text).toContain(
    'kube_pod_container_status_restarts_total{namespace="a",pod="worker-1",uid="u-1",container="worker"} 5',
  );
  expect(text).toContain('kube_deployment_spec_replicas{namespace="a",deployment="api"} 3');
});

test("what is gone is no longer shown", async () => {
  const all = lister();
  let away = false;
  const exporter = new Exporter(
    {
      async *list(path: string) {
        if (!away) yield* all.list(path);
      },
    },
    ["a"],
  );
  await exporter.refresh();
  away = true;
  await exporter.refresh();
  expect(await exporter.registry.metrics()).not.toContain('namespace="a"');
});

test("scrapes at the same time share one look", async () => {
  const paths: string[] = [];
  const exporter = new Exporter(lister(paths), ["a"]);
  await Promise.all([exporter.refresh(), exporter.refresh()]);
  expect(new Set(paths).size).toBe(paths.length);
});

test("when the API does not answer, the scrape fails instead of showing old figures", async () => {
  const exporter = new Exporter(
    {
      // eslint-disable-next-line require-yield
      async *list() {
        await Promise.reject(new Error("no answer"));
      },
    },
    ["a"],
  );
  await expect(exporter.refresh()).rejects.toThrow("no answer");
});
