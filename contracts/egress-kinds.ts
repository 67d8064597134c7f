/** What a task keeps: the stream, or pictures of it alone; and whether its source is a page. */
export const egressKindFacts = {
  record: { keeps: "stream", ofPage: false },
  snapshot: { keeps: "pictures", ofPage: false },
  "web-record": { keeps: "stream", ofPage: true },
  "web-snapshot": { keeps: "pictures", ofPage: true },
} as const;
export type EgressKind = keyof typeof egressKindFacts;
export const egressKinds = [
  "record",
  "snapshot",
  "web-record",
  "web-snapshot",
] as const satisfies readonly EgressKind[];

export function keepsStream(kind: EgressKind): boolean {
  return egressKindFacts[kind].keeps === "stream";
}

/** Where a stream can come from, with the schemes of its URL. */
export const egressSourceSchemes = {
  rtmp: ["rtmp"],
  rtsp: ["rtsp"],
  srt: ["srt"],
  hls: ["https", "http"],
  whep: ["https", "http"],
  livekit: ["livekit"],
  web: ["https", "http"],
} as const;
export type EgressSourceKind = keyof typeof egressSourceSchemes;
export const egressSourceKinds = [
  "rtmp",
  "rtsp",
  "srt",
  "hls",
  "whep",
  "livekit",
  "web",
] as const satisfies readonly EgressSourceKind[];
