/** What ffmpeg writes of a track of subtitles: times in milliseconds, texts as fields of an ASS event. */
export interface WrittenCue {
  readonly time: number;
  readonly duration: number;
  readonly text: string;
}

function element(id: string, content: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(content.length) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, "hex"), size, content]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function cluster({ time, duration, text }: WrittenCue, index: number): Buffer {
  const offset = Buffer.alloc(2);
  offset.writeInt16BE(-5);
  const event = Buffer.from(`${index},0,Default,,0,0,0,,${text}`);
  const block = Buffer.concat([Buffer.from([0x81]), offset, Buffer.from([0]), event]);
  const parts = [element("a1", block), ...(duration > 0 ? [element("9b", number(duration))] : [])];
  return element(
    "1f43b675",
    Buffer.concat([element("e7", number(time + 5)), element("a0", Buffer.concat(parts))]),
  );
}

/** A Matroska file of one track, each cue in a cluster of its own. */
export function matroskaOf(cues: readonly WrittenCue[]): Buffer {
  const head = element("1a45dfa3", Buffer.from("4282886d6174726f736b61", "hex"));
  const info = element("1549a966", element("2ad7b1", number(1_000_000)));
  return Buffer.concat([head, element("18538067", Buffer.concat([info, ...cues.map(cluster)]))]);
}
