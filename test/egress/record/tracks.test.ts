import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EgressTrack } from "@framewright/contracts/egress.ts";
import type { StreamFacts } from "../../../egress/src/media/stream-facts.ts";
import { Tracks } from "../../../egress/src/record/tracks.ts";

const expected: EgressTrack[] = ["video", "audio"];
const wish = { expect: expected, startWithinSeconds: 60, soFar: { seconds: 0, bytes: 0 } };
const facts: StreamFacts = { video: "h264", audio: "aac", unsent: [] };
const silent: StreamFacts = { ...facts, unsent: ["audio"] };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function learned(what = facts, asked = wish): Tracks {
  const tracks = new Tracks(asked);
  tracks.learn(what);
  return tracks;
}

describe("the tracks of a URL", () => {
  it("are no problem where all have come, or nothing is known", () => {
    const tracks = learned();
    vi.advanceTimersByTime(3_600_000);
    tracks.require(true);
    expect(tracks.warnings).toEqual([]);
    new Tracks(wish).require(true);
  });

  it("fail the recording at once where an expected one is not there", () => {
    const tracks = learned({ ...facts, audio: undefined });
    expect(() => {
      tracks.require();
    }).toThrow("The source has no audio");
  });

  it("fail it where an expected one is announced and does not come in its time", () => {
    const tracks = learned(silent);
    vi.advanceTimersByTime(59_000);
    tracks.require();
    vi.advanceTimersByTime(1_000);
    expect(() => {
      tracks.require();
    }).toThrow("The source announced audio and sent none");
  });

  it("fail it where it ends before, and an expected one has not come", () => {
    const tracks = learned(silent);
    expect(() => {
      tracks.require(true);
    }).toThrow("The source announced audio and sent none");
  });

  it("are waited for until the first segment, and missed with a warning later", () => {
    const tracks = learned();
    expect(tracks.awaited).toEqual(["video", "audio"]);
    tracks.begin();
    expect(tracks.awaited).toEqual([]);
    tracks.learn(silent);
    vi.advanceTimersByTime(90_000);
    tracks.require(true);
    expect(tracks.warnings).toEqual(["The source announced audio and sent none"]);
  });

  it("fail it as well where ffmpeg writes the rest at its end", () => {
    const tracks = learned(silent);
    tracks.begin();
    expect(() => {
      tracks.require(true);
    }).toThrow("The source announced audio and sent none");
  });

  it("are missed with a warning where nobody expects them", () => {
    const tracks = learned(silent, { ...wish, expect: [] });
    vi.advanceTimersByTime(90_000);
    tracks.require(true);
    expect(tracks.warnings).toEqual(["The source announced audio and sent none"]);
  });
});

describe("the tracks of a room, of which ffmpeg is given silence", () => {
  function joined(announced: EgressTrack[], arrived: EgressTrack[], asked = wish) {
    const came = { announced: new Set(announced), arrived: new Set(arrived) };
    const tracks = learned(facts, asked);
    tracks.follow(came);
    tracks.begin();
    return { tracks, came };
  }

  it("have their time to be published and to begin, whatever is recorded until then", () => {
    const { tracks, came } = joined(["video"], ["video"]);
    vi.advanceTimersByTime(59_000);
    tracks.require();
    came.announced.add("audio");
    came.arrived.add("audio");
    vi.advanceTimersByTime(90_000);
    tracks.require(true);
    expect(tracks.warnings).toEqual([]);
  });

  it.each([
    [["video"], "The source has no audio"],
    [["video", "audio"], "The source announced audio and sent none"],
  ] as const)("fail the recording after that: %s", (announced, problem) => {
    const { tracks } = joined([...announced], ["video"]);
    vi.advanceTimersByTime(61_000);
    expect(() => {
      tracks.require();
    }).toThrow(problem);
  });

  it("may be silent in a recording that another process has begun", () => {
    const { tracks } = joined(["video", "audio"], ["video"], {
      ...wish,
      soFar: { seconds: 4, bytes: 1 },
    });
    vi.advanceTimersByTime(61_000);
    tracks.require(true);
    expect(tracks.warnings).toEqual([]);
    const { tracks: other } = joined(["video", "audio"], ["video"]);
    other.goOn();
    vi.advanceTimersByTime(61_000);
    other.require(true);
  });
});
