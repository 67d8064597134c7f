import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CreateEgress } from "@framewright/contracts/egress.ts";
import { flashingRtspSource, srtSource } from "./live-source.ts";
import { livekitSender, startSourceStack, whileTested, type SourceStack } from "./source-stack.ts";

let stack: SourceStack;

beforeAll(async () => {
  stack = await startSourceStack();
}, 120_000);
afterAll(() => stack.close());

const seconds = 40;
const isMute = true;

/** Each announces sound and sends none. */
const mute = {
  rtsp: async () => whileTested(await flashingRtspSource(seconds, { isMute })),
  srt: async () => {
    const live = await srtSource({ isMute });
    return {
      ...(await whileTested(live)),
      leave: () => {
        live.close();
      },
    };
  },
  livekit: () => livekitSender(isMute),
} as const;

const record = (kind: keyof typeof mute, asked: Partial<CreateEgress>) =>
  stack.record(kind, seconds, { sender: mute[kind](), asked });

const said = "The source announced audio and sent none";

describe.each(["rtsp", "srt", "livekit"] as const)(
  "sound that %s announces and does not send",
  (kind) => {
    it("fails a recording that expects it, and is named", async () => {
      const { task } = await record(kind, { expect: ["audio"], startWithinSeconds: 15 });
      expect(task).toMatchObject({
        ...{ state: "failed", attempt: 1, reason: { code: "track-missing", message: said } },
      });
    }, 180_000);

    it("is missed by no picture of a recording that does not, and told", async () => {
      const { task } = await record(kind, { expect: ["video"] });
      const { state, mp4, durationSeconds, warnings, discontinuities } = task;
      console.log(`${kind}: ${mp4?.frames} pictures in ${durationSeconds} s, ${warnings.join()}`);
      expect({ state, discontinuities, warnings }).toEqual({
        ...{ state: "stopped", discontinuities: 0, warnings: [said] },
      });
      // What comes while ffmpeg looks for sound is not recorded.
      expect(durationSeconds).toBeGreaterThan(seconds - 20);
    }, 180_000);
  },
);
