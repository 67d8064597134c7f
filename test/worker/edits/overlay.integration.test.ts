import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { OverlayLook } from "@framewright/contracts/overlay.ts";
import { clips, ffmpegPath } from "../../support/clips.ts";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { films, logos } from "./sources.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

/** The picture comes from the same store as the source. */
async function overlaid(picture: string, look: OverlayLook, source = films.counted()) {
  const store = bench.api.addJob(picture);
  store.state = "cancelled";
  const job = bench.api.addJob(await source);
  const url = `${bench.api.url}/source/${store.id}`;
  const { size } = statSync(picture);
  job.edit = { clip: { end: 6 }, overlay: { ...look, source: { url, sizeBytes: size } } };
  await job.ended;
  return { ...job, folder: bench.output(job.id) };
}

/** Red, green and blue of one pixel at a time, of the largest rendition. */
function pixel(folder: string, [x, y]: readonly [number, number], seconds: number): number[] {
  const args = [
    ...["-nostdin", "-v", "error", "-i", join(folder, "360p/index.m3u8"), "-ss", `${seconds}`],
    ...[
      "-frames:v",
      "1",
      "-vf",
      `crop=2:2:${x}:${y},scale=1:1,format=rgb24`,
      "-f",
      "rawvideo",
      "-",
    ],
  ];
  return [...execFileSync(ffmpegPath, args)];
}

function isBlue([red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  return blue > 180 && red < 80 && green < 80;
}

const checked = "the overlay is shown where and when it should be, by drawing it over the source";
const pictureChecked = "colours and shapes of pictures are the source's, by decoding both";

it("a logo stands in its corner for its time, and the rest of the film is the source's", async () => {
  const look = { position: "top-left", width: 0.2, margin: 0, from: 2, to: 4 } as const;
  const { error, result, folder } = await overlaid(await logos.blue(), look);
  expect(error?.message).toBeUndefined();
  expect(result?.checks).toEqual(expect.arrayContaining([checked, pictureChecked]));
  const corner = [20, 20] as const;
  const seen = [1, 3, 5].map((seconds) => isBlue(pixel(folder, corner, seconds)));
  expect(seen).toEqual([false, true, false]);
});

it.each([
  ["JPEG", logos.jpeg],
  ["WebP", logos.webp],
])("a %s is drawn as well", async (_kind, logo) => {
  const { error, folder } = await overlaid(await logo(), { position: "center", width: 0.3 });
  expect(error?.message).toBeUndefined();
  expect(isBlue(pixel(folder, [320, 180], 3))).toBe(true);
});

it("what is transparent in it, or made so, shows the film", async () => {
  const look = { position: "center", width: 0.5, opacity: 0.4 } as const;
  const { error, folder } = await overlaid(await logos.ring(), look);
  expect(error?.message).toBeUndefined();
  const plain = await overlaid(await logos.blue(), { from: 5.5, width: 0.1 });
  const [middle, same] = [folder, plain.folder].map((one) => pixel(one, [320, 180], 3));
  middle?.forEach((value, at) => {
    expect(Math.abs(value - (same?.[at] ?? 0))).toBeLessThan(20);
  });
});

it.each([
  ["an SVG", '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'],
  ["a playlist", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"],
  ["half a PNG", Buffer.from("89504e470d0a1a0a0000000d49484452ffffffffffffffff", "hex")],
])("%s is the request's fault", async (_what, content) => {
  const path = join(bench.dir, "picture");
  writeFileSync(path, content);
  const { error } = await overlaid(path, {});
  expect(error).toMatchObject({ kind: "input", code: "overlay-unusable" });
});

it("a film of an odd size and of colours of television has it in its corner too", async () => {
  const look = { position: "bottom-right", width: 0.3, margin: 0 } as const;
  const { error, result } = await overlaid(await logos.blue(), look, clips.odd());
  expect(error?.message).toBeUndefined();
  expect(result?.checks).toContain(checked);
});
