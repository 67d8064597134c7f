import type { Packet } from "../../../egress/src/rtp/packet.ts";
import type { StreamKind } from "../../../egress/src/rtp/describe.ts";
import type { Reader } from "../../../egress/src/rtp/rtsp-server.ts";

/** H.264 units: parameter sets of four sizes, as x264 writes them, and pictures with and without need of earlier ones. */
export const units = {
  sps: Buffer.from("6742c01ed900a02ff970110000030001000003003c0f162e48", "hex"),
  smallSps: Buffer.from("6742c00dd901419f9f0110000003001000000303c0f142a480", "hex"),
  largeSps: Buffer.from("67640028acd940780227e5c044000003000400000300f03c60c658", "hex"),
  blankSps: Buffer.from("6742c00ad91ec044000003000400000300f03c489920", "hex"),
  pps: Buffer.from("68cb83cb20", "hex"),
  key: Buffer.from([0x65, 1, 2, 3]),
  other: Buffer.from([0x41, 1, 2, 3]),
};

/** Several units in one packet (STAP-A). */
export function together(...parts: readonly Buffer[]): Buffer {
  const sized = parts.flatMap((part) => {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(part.length);
    return [size, part];
  });
  return Buffer.concat([Buffer.from([24]), ...sized]);
}

export function packet(fields: Partial<Packet>): Packet {
  return {
    ssrc: 1,
    sequence: 0,
    timestamp: 0,
    marker: true,
    payload: units.other,
    arrivedAt: 0,
    ...fields,
  };
}

export interface Sent {
  readonly kind: StreamKind;
  readonly timestamp: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

/** An ffmpeg that keeps what it reads. */
export function keepingReader(): {
  readonly reader: Reader;
  readonly sent: Sent[];
  readonly ended: () => boolean;
} {
  const sent: Sent[] = [];
  let ended = false;
  const reader: Reader = {
    send: (kind, bytes) => {
      sent.push({
        kind,
        timestamp: bytes.readUInt32BE(4),
        sequence: bytes.readUInt16BE(2),
        payload: bytes.subarray(12),
      });
    },
    end: () => {
      ended = true;
    },
    closed: new Promise(() => undefined),
  };
  return { reader, sent, ended: () => ended };
}
