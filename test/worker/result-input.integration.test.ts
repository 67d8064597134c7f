import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readMediaPlaylist } from "../../api/results/read-playlist.ts";
import { clips } from "../support/clips.ts";
import { startBench, type WorkerBench } from "../support/worker-process.ts";
import { startStore } from "./store-server.ts";

let bench: WorkerBench;
beforeAll(async () => {
  bench = await startBench();
  bench.start();
});
afterAll(() => bench.close());

it("a job on the result of another one makes its stream of the largest picture and the default sound", async () => {
  const first = bench.api.addJob(await clips.hd(), "hls-1080p");
  await first.ended;
  if (!first.result) throw new Error(JSON.stringify(first.error));
  const { renditions, audioTracks = [], durationSeconds } = first.result;
  const store = await startStore();
  const trackOf = (playlist: string) => {
    const folder = join(bench.output(first.id), playlist, "..");
    const name = playlist.slice(playlist.lastIndexOf("/") + 1);
    const { map = "", segments } = readMediaPlaylist(readFileSync(join(folder, name), "utf8"));
    const files = [map, ...segments].map((file) => {
      const bytes = readFileSync(join(folder, file));
      const path = `/${playlist}/${file}`;
      store.objects.set(path, bytes);
      return { url: `${store.url}${path}?signature=secret`, sizeBytes: bytes.length };
    });
    return { files };
  };
  const playlists = [renditions[0]?.playlist ?? "", audioTracks[0]?.playlist ?? ""];
  const second = bench.api.addJob(await clips.hd(), "hls-720p");
  second.source = { tracks: playlists.map(trackOf) };
  await second.ended;
  if (!second.result) throw new Error(JSON.stringify(second.error));
  const { source, warnings } = second.result;
  expect(source.video).toMatchObject({ codec: "h264", width: 1920, height: 1080 });
  expect(source.audio).toMatchObject({ codec: "aac" });
  expect(second.result.durationSeconds).toBeCloseTo(durationSeconds, 1);
  expect(second.result.renditions.map(({ name }) => name)).toEqual(
    renditions.slice(1).map(({ name }) => name),
  );
  expect(warnings).toEqual([]);
  const { usage } = second.result;
  expect(usage).toMatchObject({ gpuSeconds: 0, bytesIn: source.sizeBytes });
  expect(usage?.cpuSeconds).toBeGreaterThan(0.1);
  expect(Object.keys(usage?.phases ?? {}).toSorted()).toEqual([
    ...["downloadMs", "encodeMs", "probeMs", "uploadMs", "verifyMs"],
  ]);
}, 120_000);
