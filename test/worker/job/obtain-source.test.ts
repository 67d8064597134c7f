import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { guardedAgent } from "../../../worker/src/job/guarded-agent.ts";
import { obtainSource } from "../../../worker/src/job/obtain-source.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { startStore } from "../store-server.ts";
import { fakeAttempt } from "./fake-attempt.ts";
import { fakeMediaTools } from "./fake-media-tools.ts";

/** An attempt at a job whose input is a URL of a server on loopback, which its worker may reach or not. */
async function start(ranges: string[], limitBytes?: number) {
  const store = await startStore();
  store.objects.set("/video", Buffer.from("video"));
  const dir = temporaryFolder("framewright-obtain-");
  const source = { externalUrl: `${store.url}/video?sig=1` };
  const { attempt, keeper } = fakeAttempt({ dir, tools: fakeMediaTools(1).tools, source });
  const port = Number(new URL(store.url).port);
  const policy = { schemes: ["http" as const], ports: [port], ranges };
  const dispatcher = guardedAgent({ policy, patienceMs: 1000 });
  onTestFinished(() => dispatcher.destroy());
  const urlInput = { policy, dispatcher, maxBytes: 1000, maxSeconds: 5, maxRedirects: 1 };
  const scratch = { ...attempt.settings.scratch, limitBytes };
  const settings = { ...attempt.settings, scratch, urlInput };
  const path = join(dir, "source");
  return { store, keeper, path, obtain: () => obtainSource({ ...attempt, settings }, path) };
}

it("a source from a URL has the size that came", async () => {
  const { obtain, path, keeper } = await start(["127.0.0.1/32"]);
  expect(await obtain()).toBe(5);
  expect(readFileSync(path, "utf8")).toBe("video");
  expect(keeper.progress).toEqual({ stage: "downloading", percent: 5 });
});

it("a source from a URL that no worker may reach is not asked for", async () => {
  const { obtain, store } = await start([]);
  await expect(obtain()).rejects.toMatchObject({ code: "source-address-refused", kind: "input" });
  expect(store.requests).toEqual([]);
});

it("a source from a URL that can never fit the scratch space ends the job", async () => {
  const { obtain } = await start(["127.0.0.1/32"], 9);
  await expect(obtain()).rejects.toMatchObject({ code: "source-too-large", kind: "input" });
});
