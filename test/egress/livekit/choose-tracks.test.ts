import { describe, expect, it } from "vitest";
import {
  chooseTracks,
  type RoomParticipant,
  type RoomTrack,
} from "../../../egress/src/livekit/choose-tracks.ts";

function track(sid: string, source: RoomTrack["source"]): RoomTrack {
  const kind = source === "camera" || source === "screen" ? "video" : "audio";
  return { sid, name: `name of ${sid}`, kind, source, isEncrypted: false };
}

const anna: RoomParticipant = {
  identity: "anna",
  joinedAt: 1,
  tracks: [track("a-cam", "camera"), track("a-mic", "microphone")],
};
const ben: RoomParticipant = {
  identity: "ben",
  joinedAt: 2,
  tracks: [track("b-cam", "camera"), track("b-mic", "microphone"), track("b-screen", "screen")],
};
const chosen = (choice: ReturnType<typeof chooseTracks>) => [choice.video?.sid, choice.audio?.sid];

describe("what is recorded of a room", () => {
  it.each([
    ["whoever came first", [anna], {}, ["a-cam", "a-mic"]],
    ["a screen before a camera, and whose it is", [anna, ben], {}, ["b-screen", "b-mic"]],
    ["the participant that is named", [anna, ben], { participant: "anna" }, ["a-cam", "a-mic"]],
    [
      "tracks by id and name",
      [anna, ben],
      { tracks: ["b-cam", "name of a-mic"] },
      ["b-cam", "a-mic"],
    ],
    ["sound alone", [{ ...anna, tracks: anna.tracks.slice(1) }], {}, [undefined, "a-mic"]],
    ["nothing of an empty room", [], {}, [undefined, undefined]],
  ])("is %s", (_, participants, wish, expected) => {
    expect(chosen(chooseTracks(participants, wish, {}))).toEqual(expected);
  });

  it("stays the same while it is there", () => {
    const current = chooseTracks([anna], {}, {});
    expect(chosen(chooseTracks([anna, ben], {}, current))).toEqual(["a-cam", "a-mic"]);
  });

  it("is the same person's when that one publishes anew", () => {
    const current = chooseTracks([anna], {}, {});
    const again = {
      ...anna,
      joinedAt: 9,
      tracks: [track("new", "camera"), track("voice", "microphone")],
    };
    expect(chosen(chooseTracks([ben, again], {}, current))).toEqual(["new", "voice"]);
  });
});
