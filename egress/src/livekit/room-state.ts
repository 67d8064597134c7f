import {
  Encryption_Type,
  ParticipantInfo_State,
  TrackSource,
  TrackType,
  type ParticipantInfo,
  type TrackInfo,
} from "@livekit/protocol";
import type { RoomParticipant, RoomTrack } from "./choose-tracks.ts";

const sources: Readonly<Record<TrackSource, RoomTrack["source"]>> = {
  [TrackSource.UNKNOWN]: "other",
  [TrackSource.CAMERA]: "camera",
  [TrackSource.MICROPHONE]: "microphone",
  [TrackSource.SCREEN_SHARE]: "screen",
  [TrackSource.SCREEN_SHARE_AUDIO]: "screen-audio",
};

function trackOf({ sid, name, type, source, encryption }: TrackInfo): RoomTrack[] {
  if (type === TrackType.DATA) return [];
  const kind = type === TrackType.VIDEO ? "video" : "audio";
  const isEncrypted = encryption !== Encryption_Type.NONE;
  return [{ sid, name, kind, source: sources[source], isEncrypted }];
}

interface Known extends RoomParticipant {
  readonly sid: string;
}

/** Who is in the room, by the messages of the server. */
export class RoomState {
  readonly #participants = new Map<string, Known>();

  get participants(): readonly RoomParticipant[] {
    return [...this.#participants.values()];
  }

  /**
   * Somebody who comes back has a new id and the same identity. The server does not always tell that the former connection
   * is over, and may tell it after the new one has begun.
   */
  update(infos: readonly ParticipantInfo[]): void {
    for (const { sid, identity, state, joinedAt, tracks } of infos) {
      const isGone = state === ParticipantInfo_State.DISCONNECTED;
      if (isGone && this.#participants.get(identity)?.sid === sid) {
        this.#participants.delete(identity);
      } else if (!isGone) {
        this.#participants.set(identity, {
          sid,
          identity,
          joinedAt: Number(joinedAt),
          tracks: tracks.flatMap(trackOf),
        });
      }
    }
  }
}
