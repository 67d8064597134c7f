import type { VideoCodec } from "./picture-start.ts";

export interface VideoFormat {
  readonly codec: VideoCodec;
  /** Of H.264: what the decoder needs before the first picture. */
  readonly sps?: Buffer;
  readonly pps?: Buffer;
}

/** The kinds of streams, each with what it has in all recordings; payload types of ours, whatever the sender's are. */
export const streams = {
  video: { payloadType: 96, clockRate: 90_000, ssrc: 0x66770001 },
  audio: { payloadType: 111, clockRate: 48_000, ssrc: 0x66770002 },
} as const;

export type StreamKind = keyof typeof streams;

export const streamKinds = ["video", "audio"] as const satisfies readonly StreamKind[];

function videoLines({ codec, sps, pps }: VideoFormat): string[] {
  const { payloadType, clockRate } = streams.video;
  const sets =
    sps && pps
      ? `;profile-level-id=${sps.toString("hex", 1, 4)};sprop-parameter-sets=${sps.toString("base64")},${pps.toString("base64")}`
      : "";
  return [
    `m=video 0 RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${codec}/${clockRate}`,
    ...(codec === "H264" ? [`a=fmtp:${payloadType} packetization-mode=1${sets}`] : []),
    "a=control:video",
  ];
}

function audioLines(): string[] {
  const { payloadType, clockRate } = streams.audio;
  return [
    `m=audio 0 RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} opus/${clockRate}/2`,
    "a=control:audio",
  ];
}

/** The session as ffmpeg is told of it (RFC 8866). The audio is always Opus: WebRTC has it everywhere. */
export function describeSession(video: VideoFormat | undefined): string {
  return [
    "v=0",
    "o=- 0 0 IN IP4 127.0.0.1",
    "s=egress",
    "c=IN IP4 127.0.0.1",
    "t=0 0",
    ...(video === undefined ? [] : videoLines(video)),
    ...audioLines(),
    "",
  ].join("\r\n");
}
