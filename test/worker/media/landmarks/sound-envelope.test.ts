import { describe, expect, it } from "vitest";
import {
  envelopeArgs,
  EnvelopeReader,
  silenceProblems,
  soundProblems,
  stepSeconds,
  type Envelope,
} from "../../../../worker/src/media/landmarks/sound-envelope.ts";

const perSecond = 1 / stepSeconds;

/** Beeps of 0.1 s whose pattern does not repeat within seconds, over so many seconds. */
function beeps(seconds: number): number[] {
  const times = Array.from(
    { length: seconds * 2 },
    (_, at) => at * 0.5 + ((Math.sin(at * 12.9898) + 1) / 2) * 0.4,
  );
  return Array.from({ length: seconds * perSecond }, (_, step) => {
    const time = step * stepSeconds;
    return times.some((one) => time >= one && time < one + 0.1) ? 0.5 : 0.001;
  });
}

function late(envelope: Envelope, seconds: number, from = 0): number[] {
  const start = from * perSecond;
  const pause = Array<number>(Math.round(seconds * perSecond)).fill(0);
  return [...envelope.slice(0, start), ...pause, ...envelope.slice(start)];
}

const sound = beeps(20);

describe("the loudness of two sounds", () => {
  it.each<[string, Envelope, Envelope]>([
    ["that are the same", sound, sound],
    ["of which one is quieter", sound, sound.map((value) => value / 3)],
    ["of which one is 0.1 s late, as codecs are", sound, late(sound, 0.1)],
    ["that are both silent", Array<number>(400).fill(0), Array<number>(400).fill(0)],
    [
      "that are both noise of one loudness",
      Array<number>(400).fill(0.3),
      Array<number>(400).fill(0.2),
    ],
    ["of which the source could not be decoded", [], sound],
    ["of less than two seconds", sound.slice(0, 30), late(sound, 0.3)],
    ["of which the source is not heard", sound.map((value) => value / 1000), []],
    ["of which the result goes on", sound, late(sound, 5, 20)],
  ])("agrees for two %s", (_title, source, result) => {
    expect(soundProblems(source, result)).toEqual([]);
  });

  it.each<[string, Envelope, RegExp]>([
    ["0.3 s late", late(sound, 0.3), /^from 0 s on the sound is 300 ms late$/],
    ["1 s late from 10 s on", late(sound, 1, 10), /^from 10 s on the sound is 1000 ms late$/],
    ["0.5 s early", sound.slice(0.5 * perSecond), /^from 0 s on the sound is 500 ms early$/],
    ["missing", [], /^from 0 s on the sound is not the source's/],
    ["missing from 5 s on", sound.slice(0, 100), /^from 5 s on the sound is not the source's/],
    ["another", beeps(20).toReversed(), /the sound is/],
    [
      "a tenth as loud",
      sound.map((value) => value / 10),
      /^the sound is 20 dB quieter than its source$/,
    ],
    ["ten times as loud", sound.map((value) => value * 10), /^the sound is 20 dB louder/],
  ])("shows sound that is %s", (_title, result, wanted) => {
    expect(soundProblems(sound, result)[0]).toMatch(wanted);
  });

  it("is silent, where its source is noise of one loudness", () => {
    const problems = soundProblems(Array<number>(400).fill(0.3), []);
    expect(problems).toEqual(["the sound is silent, its source is not"]);
  });

  it("is looked at piece by piece, so that a fault late in a long sound shows", () => {
    const long = beeps(300);
    expect(soundProblems(long, late(long, 0.4, 280))).toHaveLength(4);
  });
});

describe("the reading of loudness", () => {
  const text = [
    "frame:0    pts:0       pts_time:0",
    "lavfi.astats.Overall.RMS_level=-20.000000",
    "frame:1    pts:80      pts_time:0.01",
    "lavfi.astats.Overall.RMS_level=-40.000000",
    "frame:2    pts:1200    pts_time:0.15",
    "lavfi.astats.Overall.RMS_level=-inf",
    "frame:3    pts:1600    pts_time:0.2",
    "lavfi.astats.Overall.RMS_level=0.000000",
  ].join("\n");

  function readEnvelope(
    place = (time: number): number => time,
    maxSeconds = 60,
  ): readonly number[] {
    const reader = new EnvelopeReader({ place, maxSeconds });
    // Pieces end anywhere.
    for (let at = 0; at < text.length; at += 7) reader.add(text.slice(at, at + 7));
    return reader.envelope();
  }

  it("takes the loudest of each step, and nothing for silence and gaps", () => {
    const envelope = readEnvelope();
    expect(envelope.map((value) => Math.round(value * 1000) / 1000)).toEqual([0.1, 0, 0, 0, 1]);
  });

  it("places it by the time of the result, and leaves out what lies before that", () => {
    expect(readEnvelope((time) => time - 0.2)).toEqual([1]);
  });

  it("keeps nothing behind its end, wherever stamps lead to", () => {
    expect(readEnvelope((time) => time * 1e12, 1)).toHaveLength(1);
  });

  it("is done by stamps or by samples, over all channels or one", () => {
    const stamps = envelopeArgs({ map: "0:1", clock: "stamps" }).join(" ");
    expect(stamps).toMatch(/^-map 0:1 -af aresample=8000,/);
    expect(stamps).not.toContain("asetpts");
    const samples = envelopeArgs({ map: "0:a:0", clock: "samples", channel: 1 }).join(" ");
    expect(samples).toMatch(/^-map 0:a:0 -af pan=mono\|c0=c1,aresample=8000,.*asetpts=N\/SR\/TB/);
  });
});

it("sound whose gain follows it is only asked for being there", () => {
  const tone = Array.from({ length: 200 }, (_, at) => (at % 40 < 20 ? 0.2 : 0.02));
  const even = tone.map(() => 0.2);
  const none = tone.map(() => 0);
  expect(silenceProblems(tone, even)).toEqual([]);
  expect(silenceProblems(tone, none)).toEqual(["the sound is silent, its source is not"]);
  expect(silenceProblems(none, none)).toEqual([]);
  expect(silenceProblems([], none)).toEqual([]);
});
