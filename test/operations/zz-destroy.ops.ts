import { expect, test } from "vitest";
import { createJob, uploadVideo } from "../../tools/demo/client.ts";
import { kubectl } from "../../tools/node/start.ts";
import { destroy } from "../../tools/stack.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { ourObjects, volumeFolders } from "../support/e2e/our-objects.ts";
import { clip, longClip, platform } from "../support/e2e/platform.ts";
import { exportedState } from "../support/e2e/secrets.ts";
import { boundWorkers, untilWorkers } from "../support/operations/scaled-workers.ts";

describeClusterOnFailure();

/** Objects of KEDA that are in no namespace, or would keep one from going by their finalizers. */
async function ofKeda(): Promise<string[]> {
  const kinds = ["customresourcedefinitions", "apiservices", "horizontalpodautoscalers"];
  const text = await kubectl(["get", kinds.join(","), "--all-namespaces", "--output=name"]);
  return text
    .split("\n")
    .filter((line) => /keda|external\.metrics|horizontalpodautoscaler/.test(line));
}

/** Files after this one bring up a stack of their own: nothing is there any more. */
test("`pulumi destroy` while workers are scaled up and encode leaves nothing, finalizers or not", async () => {
  const api = await platform();
  const upload = await uploadVideo(api, await clip(longClip));
  await boundWorkers(3, 3);
  const sent = await Promise.allSettled(
    Array.from({ length: 12 }, () => createJob(api, upload, "hls-720p")),
  );
  // A machine with too much to do answers some with 503; three workers need three.
  expect(sent.filter(({ status }) => status === "fulfilled").length).toBeGreaterThanOrEqual(3);
  await untilWorkers((ready) => ready === 3, 10 * 60_000);
  const before = await ourObjects();
  expect((await ofKeda()).length).toBeGreaterThan(6);
  const start = performance.now();
  await destroy(() => undefined);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${before.length} objects, three busy workers: destroyed in ${seconds} s`);
  expect(await ourObjects()).toEqual([]);
  expect(await ofKeda()).toEqual([]);
  expect(volumeFolders()).toEqual([]);
  expect(await exportedState()).not.toContain('"urn:pulumi:');
});
