import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { speakLines, type ScriptLine } from "../../../worker/src/job/dub/speak.ts";
import { wavHeader } from "../../../worker/src/job/dub/wav.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";

const rate = 24_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "framewright-speak-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A loud sound of so many seconds. */
function wav(seconds: number): Buffer {
  const samples = Buffer.alloc(2 * Math.round(rate * seconds), Buffer.from([0, 64]));
  return Buffer.concat([wavHeader(rate, samples.length), samples]);
}

/** In place of ffmpeg: the samples of a WAV of ours, whatever the filters are. */
const tools: Pick<MediaTools, "run"> = {
  run: (_program, args, { reads }) => {
    const to = (args.at(-1) ?? "").replace("file:", "");
    writeFileSync(to, readFileSync(reads[0] ?? "").subarray(44));
    return Promise.resolve({ stdout: "", stderr: "" } as never);
  },
};

/** Lines of one second, one and a half seconds apart; each takes as long as its text says. */
function scriptOf(seconds: readonly number[]): ScriptLine[] {
  return seconds.map((natural, index) => ({
    line: { start: 1.5 * index, end: 1.5 * index + 1, text: "" },
    translation: `${natural} ${index}`,
  }));
}

interface Asked {
  readonly text: string;
  readonly speed: number;
}

async function spoken(script: ScriptLine[], atOnce: number, answer = () => Promise.resolve()) {
  const asked: Asked[] = [];
  const written: number[] = [];
  let busy = 0;
  let most = 0;
  const placing = speakLines({
    ...{ tools, folder, script, atOnce, voice: "dora", signal: new AbortController().signal },
    services: {
      speak: async ({ text, speed }) => {
        asked.push({ text, speed });
        busy += 1;
        most = Math.max(most, busy);
        await answer().finally(() => {
          busy -= 1;
        });
        return wav(Number.parseFloat(text) / speed);
      },
    },
    track: {
      ...{ path: "", seconds: 60 },
      write: (start) => Promise.resolve(void written.push(start)),
    },
    onProgress: () => undefined,
  });
  const placed = await placing;
  return { placed, asked, written, most: () => most, busy: () => busy };
}

it("lines that fit are asked for once, so many at once, and placed in their order", async () => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const { placed, asked, written, most } = await spoken(
    scriptOf([0.95, 0.95, 0.95, 0.95, 0.95]),
    3,
    turn,
  );
  expect(asked.map(({ speed }) => speed)).toEqual([1, 1, 1, 1, 1]);
  expect(most()).toBe(3);
  expect(written).toEqual([0, 1.5, 3, 4.5, 6]);
  expect(placed.map(({ translation }) => translation)).toEqual(
    scriptOf([0.95, 0.95, 0.95, 0.95, 0.95]).map(({ translation }) => translation),
  );
});

it("a line that begins later than was thought is asked for only at the speed that it then needs", async () => {
  // Even hurried the first one runs far into the second one's time.
  const lines = [2.6, 1.35, 0.95];
  const alone = await spoken(scriptOf(lines), 1);
  const ahead = await spoken(scriptOf(lines), 3);
  expect(ahead.placed.map(({ start, speed }) => [start, speed])).toEqual(
    alone.placed.map(({ start, speed }) => [start, speed]),
  );
  expect(ahead.placed[1]?.start).toBeGreaterThan(1.5);
  const names = ahead.asked.map(({ text, speed }) => `${text} at ${speed}`);
  expect(new Set(names).size).toBe(names.length);
});

it("after a failure nothing goes on: what was begun has ended before it is told", async () => {
  let count = 0;
  let open = 0;
  const answer = async (): Promise<void> => {
    count += 1;
    const mine = count;
    open += 1;
    await new Promise((resolve) => setTimeout(resolve, mine === 1 ? 0 : 30));
    open -= 1;
    if (mine === 1) throw new Error("the service is gone");
  };
  await expect(spoken(scriptOf([0.9, 0.9, 0.9, 0.9]), 3, answer)).rejects.toThrow("is gone");
  expect([count, open]).toEqual([3, 0]);
});
