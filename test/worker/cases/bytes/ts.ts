const packetBytes = 188;
const sync = 0x47;

/** CRC of ISO/IEC 13818-1, annex A. */
function checksum(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  }
  return sum >>> 0;
}

/** What a programme's map says of a stream. */
export interface Described {
  readonly streamType: number;
  readonly descriptor: Buffer;
}

const programmeMap = 2;
/** Private data, as ffmpeg describes what it does not know. */
const privateData = 6;

/** The map's part about its streams, with another description of the private one. */
function describedAnew(streams: Buffer, { streamType, descriptor }: Described): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < streams.length;) {
    const length = streams.readUInt16BE(at + 3) & 0xfff;
    const part = Buffer.from(streams.subarray(at, at + 5 + length));
    at += part.length;
    if (part[0] !== privateData) parts.push(part);
    else {
      part[0] = streamType;
      part.writeUInt16BE(0xf000 | (length + descriptor.length), 3);
      parts.push(part, descriptor);
    }
  }
  return Buffer.concat(parts);
}

/** One packet with a programme map that begins and ends in it. */
function changedMap(packet: Buffer, described: Described): Buffer {
  const table = 5 + (packet[4] ?? 0);
  const end = table + 3 + (packet.readUInt16BE(table + 1) & 0xfff) - 4;
  const streams = table + 12 + (packet.readUInt16BE(table + 10) & 0xfff);
  const section = Buffer.concat([
    packet.subarray(table, streams),
    describedAnew(packet.subarray(streams, end), described),
  ]);
  section.writeUInt16BE(0xb000 | (section.length + 4 - 3), 1);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(checksum(section));
  const changed = Buffer.alloc(packetBytes, 0xff);
  Buffer.concat([packet.subarray(0, table), section, sum]).copy(changed);
  return changed;
}

function isMap(packet: Buffer): boolean {
  const begins = ((packet[1] ?? 0) & 0x40) !== 0;
  const plain = ((packet[3] ?? 0) & 0x30) === 0x10;
  return packet[0] === sync && begins && plain && packet[5 + (packet[4] ?? 0)] === programmeMap;
}

/** Gives the stream of private data in a transport stream another description. */
export function withData(bytes: Buffer, described: Described): Buffer {
  const count = Math.floor(bytes.length / packetBytes);
  const packets = Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * packetBytes, (index + 1) * packetBytes),
  );
  if (!packets.some(isMap)) throw new Error("the file has no programme map");
  return Buffer.concat(
    packets.map((packet) => (isMap(packet) ? changedMap(packet, described) : packet)),
  );
}

/** Positions of a drone: keys, lengths and values (SMPTE ST 336, MISB ST 1402). */
export const klv: Described = { streamType: 6, descriptor: Buffer.from("\x05\x04KLVA", "latin1") };

/** Timed ID3 tags, as live streams carry titles (Timed Metadata for HTTP Live Streaming, 2). */
export const id3: Described = {
  streamType: 0x15,
  descriptor: Buffer.concat([
    Buffer.from([0x26, 13, 0xff, 0xff]),
    Buffer.from("ID3 \xffID3 ", "latin1"),
    Buffer.from([0, 0x0f]),
  ]),
};
