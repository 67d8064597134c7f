import { ParticipantInfo, ParticipantInfo_State, TrackSource, TrackType } from "@livekit/protocol";
import { describe, expect, it } from "vitest";
import { RoomState } from "../../../egress/src/livekit/room-state.ts";

const camera = (sid: string) => ({
  sid,
  name: "cam",
  type: TrackType.VIDEO,
  source: TrackSource.CAMERA,
});
const anna = (sid: string, tracks: string[], state = ParticipantInfo_State.ACTIVE) =>
  new ParticipantInfo({ sid, identity: "anna", state, tracks: tracks.map(camera) });

describe("who is in a room", () => {
  const after = (...updates: ParticipantInfo[]) => {
    const state = new RoomState();
    for (const update of updates) state.update([update]);
    return state.participants.map(({ tracks }) => tracks.map(({ sid }) => sid));
  };

  it("is known with its tracks", () => {
    expect(after(anna("one", []), anna("one", ["cam-1"]))).toEqual([["cam-1"]]);
  });

  it("is gone once the server says so", () => {
    expect(after(anna("one", ["a"]), anna("one", [], ParticipantInfo_State.DISCONNECTED))).toEqual(
      [],
    );
  });

  it("has the tracks of the newest connection, whenever the end of the former is told", () => {
    expect(
      after(
        anna("one", ["a"]),
        anna("two", ["b"]),
        anna("one", [], ParticipantInfo_State.DISCONNECTED),
      ),
    ).toEqual([["b"]]);
  });
});
