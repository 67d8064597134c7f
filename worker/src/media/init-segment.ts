import type { VideoCodec } from "@framewright/contracts/profile.ts";
import { hexOf, pictureEntries } from "./codecs/configuration.ts";
import { boxesIn, needBox, type Box } from "./boxes.ts";

/** What the initialisation segment of one track says. */
export interface TrackInit {
  readonly kind: "picture" | "sound";
  /** Of pictures. */
  readonly codec: VideoCodec | undefined;
  /** RFC 6381, as for the CODECS attribute. */
  readonly codecs: string;
  /** Ticks per second. */
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  /** Of sound; zero where the decoder configuration names no usual layout. */
  readonly channels: number;
  /** An edit list would shift the track in some players and not in others. */
  readonly hasEditList: boolean;
}

const stsd = ["moov", "trak", "mdia", "minf", "stbl", "stsd"];
/** Fixed fields of a visual and of an audio sample entry, before their own boxes. */
const visualHeader = 78;
const audioHeader = 28;

interface Descriptor {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** MPEG-4 descriptors state their length in groups of seven bits. */
function descriptorAt(data: Buffer, at: number): Descriptor {
  let length = 0;
  let position = at + 1;
  let byte: number;
  do {
    byte = data.readUInt8(position);
    position += 1;
    length = (length << 7) | (byte & 0x7f);
  } while (byte & 0x80);
  return { tag: data.readUInt8(at), start: position, end: position + length };
}

interface CodecInit {
  readonly codecs: string;
  readonly channels: number;
}

/** Channels of a channel configuration (ISO/IEC 14496-3, table 1.19). */
const configuredChannels: Readonly<Record<number, number>> = {
  1: 1,
  2: 2,
  3: 3,
  4: 4,
  5: 5,
  6: 6,
  7: 8,
};

/** `mp4a.40.N`: N is the audio object type, the first five bits of the decoder configuration. */
function aacInit(data: Buffer, esds: Box): CodecInit {
  const stream = descriptorAt(data, esds.start + 4);
  const decoder = descriptorAt(data, stream.start + 3);
  if (stream.tag !== 3 || decoder.tag !== 4) throw new Error("esds: unexpected descriptors");
  const objectType = data.readUInt8(decoder.start);
  const config = descriptorAt(data, decoder.start + 13);
  if (config.tag !== 5) throw new Error("esds: no decoder configuration");
  const first = data.readUInt16BE(config.start);
  const short = first >> 11;
  const audioType = short === 31 ? 32 + ((first >> 5) & 0x3f) : short;
  return {
    codecs: `mp4a.${hexOf([objectType])}.${audioType}`,
    // Behind the type (5 bits) and the index of the rate (4 bits), as in everything our encoder writes.
    channels: configuredChannels[(first >> 3) & 0xf] ?? 0,
  };
}

function codecOf(data: Buffer, entry: Box): CodecInit & Pick<TrackInit, "kind" | "codec"> {
  const picture = pictureEntries.get(entry.type);
  if (!picture && entry.type !== "mp4a") {
    throw new Error(`unexpected sample entry "${entry.type}"`);
  }
  const wanted = picture?.box ?? "esds";
  const header = picture ? visualHeader : audioHeader;
  const inside = boxesIn(data, entry.start + header, entry.end);
  const config = inside.find((box) => box.type === wanted);
  if (!config) throw new Error(`the sample entry ${entry.type} has no ${wanted} box`);
  return picture
    ? { kind: "picture", codec: picture.codec, codecs: picture.codecs(data, config), channels: 0 }
    : { kind: "sound", codec: undefined, ...aacInit(data, config) };
}

export function parseInit(data: Buffer): TrackInit {
  const list = needBox(data, stsd);
  const entry = boxesIn(data, list.start + 8, list.end)[0];
  if (!entry) throw new Error("there is no sample entry");
  const mdhd = needBox(data, ["moov", "trak", "mdia", "mdhd"]);
  const version = data.readUInt8(mdhd.start);
  const codec = codecOf(data, entry);
  const visual = codec.kind === "picture";
  const trak = needBox(data, ["moov", "trak"]);
  return {
    ...codec,
    timescale: data.readUInt32BE(mdhd.start + (version === 1 ? 20 : 12)),
    width: visual ? data.readUInt16BE(entry.start + 24) : 0,
    height: visual ? data.readUInt16BE(entry.start + 26) : 0,
    hasEditList: boxesIn(data, trak.start, trak.end).some((box) => box.type === "edts"),
  };
}
