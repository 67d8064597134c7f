import { describe, expect, it } from "vitest";
import { AudioLine } from "../../../egress/src/rtp/audio-line.ts";
import { opusSeconds } from "../../../egress/src/rtp/opus.ts";

describe("an Opus packet", () => {
  it.each([
    ["20 ms of silence", [0xf8, 0xff, 0xfe], 0.02],
    ["60 ms of speech", [0x18], 0.06],
    ["2.5 ms", [0x80], 0.0025],
    ["twice 10 ms", [0xf1], 0.02],
    ["three frames of 20 ms", [0xfb, 3], 0.06],
    ["10 ms of hybrid sound", [0x60], 0.01],
  ])("sounds for %s", (_, payload, seconds) => {
    expect(opusSeconds(Buffer.from(payload))).toBeCloseTo(seconds);
  });
});

describe("the sound of a recording", () => {
  const sound = Buffer.from([0xf8, 1, 2]);
  const times = (pieces: readonly { at: number; payload: Buffer }[]) =>
    pieces.map(({ at, payload }) => [Number(at.toFixed(2)), payload === sound]);

  it("is silent from the begin to the first packet, and where packets are missing", () => {
    const line = new AudioLine();
    expect(times(line.add(0.1, sound)).filter(([, isSound]) => isSound === false)).toHaveLength(5);
    expect(times(line.add(0.12, sound))).toEqual([[0.12, true]]);
    expect(times(line.add(0.22, sound))).toEqual([
      ...[
        [0.14, false],
        [0.16, false],
        [0.18, false],
        [0.2, false],
      ],
      [0.22, true],
    ]);
  });

  it("takes the jitter of timestamps as it is", () => {
    const line = new AudioLine();
    line.add(0, sound);
    expect(times(line.add(0.025, sound))).toEqual([[0.03, true]]);
    expect(times(line.add(0.041, sound))).toEqual([[0.04, true]]);
  });

  it("leaves out what comes where silence is already", () => {
    const line = new AudioLine();
    expect(line.fillTo(1.01)).toHaveLength(50);
    expect(line.fillTo(1.01)).toEqual([]);
    expect(line.add(0.9, sound)).toEqual([]);
    expect(times(line.add(1, sound))).toEqual([[1, true]]);
  });
});
