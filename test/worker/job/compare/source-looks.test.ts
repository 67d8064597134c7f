import { describe, expect, it } from "vitest";
import { cadenceOf } from "../../../../media/frame-rate.ts";
import { planSounds } from "../../../../media/sound-renditions.ts";
import { lookAtSource } from "../../../../worker/src/job/compare/source-looks.ts";
import type { MediaTools, ToolOptions } from "../../../../worker/src/media/ffmpeg.ts";
import { aPicture, aSource, type SourceChanges } from "../../../media/a-source.ts";
import { aProfile } from "../../../support/profiles.ts";

const onePicture = "\x40".repeat(64 * 36 * 3);
const oneSecond = Array.from(
  { length: 50 },
  (_, at) => `frame:${at} pts:${at * 160} pts_time:${at * 0.02}\nRMS_level=-6.0\n`,
).join("");

/** Looks at a film of 40 s; each look ends when the test says so, and all of them at once by `release`. */
function looking(changes: SourceChanges = {}) {
  const source = aSource({ durationSeconds: 40, ...changes });
  const { promise: released, resolve } = Promise.withResolvers<undefined>();
  const release = (): void => {
    resolve(undefined);
  };
  const begun: string[] = [];
  const ended: string[] = [];
  const run = async (_tool: string, args: readonly string[], options: ToolOptions) => {
    const what = args.includes("-af") ? "sound" : "pictures";
    begun.push(what);
    const stopped = new Promise<never>((_, reject) => {
      options.signal.addEventListener("abort", () => {
        reject(options.signal.reason as Error);
      });
    });
    await Promise.race([released, stopped]).finally(() => ended.push(what));
    options.onOutput?.(oneSecond);
    return what === "sound" ? "" : onePicture;
  };
  const tools: MediaTools = { encode: () => Promise.resolve(), run };
  const { signal } = new AbortController();
  const plan = {
    sounds: planSounds(source, aProfile("hls-720p").audio),
    ...{ overlay: undefined, text: undefined, maxFps: 60 },
    cadence: cadenceOf(source.video.fps),
  };
  const looks = lookAtSource({ tools, signal, source, plan, sourcePath: "/work/source" });
  return { looks, begun, ended, release };
}

describe("looks at a source", () => {
  it("are begun beside the work, one at its pictures and one at its sound at a time", async () => {
    const { looks, begun, release } = looking();
    const { promise: work, resolve: finish } = Promise.withResolvers<string>();
    const beside = looks.beside(() => work);
    expect(begun.toSorted()).toEqual(["pictures", "sound"]);
    release();
    finish("made");
    expect(await beside).toBe("made");
  });

  it("are taken once, whoever asks for them", async () => {
    const { looks, begun, release } = looking();
    release();
    await looks.beside(() => looks.envelope({ index: 1, file: undefined }, 40));
    const before = await looks.pictures(0);
    const count = begun.length;
    expect(await looks.pictures(0)).toBe(before);
    await looks.envelope({ index: 1, file: undefined }, 40);
    expect(before).toHaveLength(1);
    expect(begun).toHaveLength(count);
    expect(begun.filter((what) => what === "sound")).toHaveLength(1);
  });

  it("are stopped when the work fails, and its failure is the one that is told", async () => {
    const { looks, begun, ended } = looking();
    const failing = looks.beside(() => Promise.reject(new Error("the encoder failed")));
    await expect(failing).rejects.toThrow("the encoder failed");
    expect(ended).toEqual(begun);
  });

  it("keep of the sound what lies before the asked end", async () => {
    const { looks, release } = looking();
    release();
    const sound = { index: 1, file: undefined };
    expect(await looks.envelope(sound, 40)).toHaveLength(20);
    expect(await looks.envelope(sound, 0.5)).toHaveLength(11);
  });

  it("are not taken beside the work of pictures that take too much memory", async () => {
    const { looks, begun, release } = looking({ video: { picture: aPicture(3840, 2160) } });
    release();
    await looks.beside(() => Promise.resolve());
    expect(begun).toEqual(["sound"]);
  });
});
