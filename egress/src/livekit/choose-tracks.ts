/** What a recording wants of a room. */
export interface RoomWish {
  /** Of this participant alone; otherwise of whoever shows something first. */
  readonly participant?: string;
  /** The names or ids of tracks, in place of a choice. */
  readonly tracks?: readonly string[];
}

export interface RoomTrack {
  readonly sid: string;
  readonly name: string;
  readonly kind: "video" | "audio";
  readonly source: "camera" | "microphone" | "screen" | "screen-audio" | "other";
  readonly isEncrypted: boolean;
}

export interface RoomParticipant {
  readonly identity: string;
  readonly joinedAt: number;
  readonly tracks: readonly RoomTrack[];
}

export interface ChosenTrack extends RoomTrack {
  readonly identity: string;
}

export interface Choice {
  readonly video?: ChosenTrack;
  readonly audio?: ChosenTrack;
}

/** A screen is what a room looks at; sounds of other sources come after the voice. */
const order = { screen: 0, camera: 1, microphone: 0, "screen-audio": 1, other: 2 } as const;

function isWanted({ tracks }: RoomWish, track: RoomTrack): boolean {
  return tracks === undefined || tracks.includes(track.name) || tracks.includes(track.sid);
}

function all(participants: readonly RoomParticipant[], wish: RoomWish): ChosenTrack[] {
  return participants
    .filter(({ identity }) => wish.participant === undefined || identity === wish.participant)
    .toSorted((one, other) => one.joinedAt - other.joinedAt)
    .flatMap(({ identity, tracks }) =>
      tracks.filter((track) => isWanted(wish, track)).map((track) => ({ ...track, identity })),
    );
}

/** What is chosen stays chosen while it is there, so that a recording does not jump from one person to the next. */
function choose(
  candidates: readonly ChosenTrack[],
  current: ChosenTrack | undefined,
  preferred: string | undefined,
): ChosenTrack | undefined {
  const kept = candidates.find(({ sid }) => sid === current?.sid);
  if (kept !== undefined) return kept;
  // Who was recorded and published anew goes on.
  const rank = ({ identity, source }: ChosenTrack): number =>
    (identity === current?.identity ? 0 : 20) + (identity === preferred ? 0 : 10) + order[source];
  return candidates.toSorted((one, other) => rank(one) - rank(other))[0];
}

/** One video and one audio track of a room, the sound by preference of whom the picture shows. */
export function chooseTracks(
  participants: readonly RoomParticipant[],
  wish: RoomWish,
  current: Choice,
): Choice {
  const candidates = all(participants, wish);
  const video = choose(
    candidates.filter(({ kind }) => kind === "video"),
    current.video,
    undefined,
  );
  const audio = choose(
    candidates.filter(({ kind }) => kind === "audio"),
    current.audio,
    video?.identity,
  );
  return { ...(video && { video }), ...(audio && { audio }) };
}
