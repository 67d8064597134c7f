/** A container that may be opened, as the name of ffmpeg's demuxer. */
interface Container {
  readonly demuxer: string;
  readonly matches: (head: Buffer) => boolean;
}

/** Bytes that the decision needs; five transport stream packets and a little more. */
export const sniffBytes = 4096;

function ascii(text: string, offset = 0): Container["matches"] {
  return (head) => head.toString("latin1", offset, offset + text.length) === text;
}

function hex(text: string): Container["matches"] {
  const wanted = Buffer.from(text, "hex");
  return (head) => head.subarray(0, wanted.length).equals(wanted);
}

function repeats(offset: number, stride: number): Container["matches"] {
  const marks = [0, 1, 2].map((packet) => offset + packet * stride);
  return (head) => marks.every((position) => head[position] === 0x47);
}

const movAtoms = new Set(["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"]);

/**
 * The allow-list. Playlists (HLS, DASH, concat), image sequences, SDP and text formats are not on
 * it: their demuxers open other files and network addresses (CVE-2016-1897, CVE-2017-9993).
 */
const containers: readonly Container[] = [
  { demuxer: "mov", matches: (head) => movAtoms.has(head.toString("latin1", 4, 8)) },
  { demuxer: "matroska", matches: hex("1a45dfa3") },
  { demuxer: "mpegts", matches: repeats(0, 188) },
  { demuxer: "mpegts", matches: repeats(4, 192) },
  { demuxer: "mpeg", matches: hex("000001ba") },
  {
    demuxer: "avi",
    matches: (head) => ascii("RIFF")(head) && ascii("AVI ", 8)(head),
  },
  { demuxer: "flv", matches: ascii("FLV\x01") },
  { demuxer: "ogg", matches: ascii("OggS") },
  { demuxer: "asf", matches: hex("3026b2758e66cf11") },
  { demuxer: "mxf", matches: hex("060e2b34020501010d010201") },
  { demuxer: "wav", matches: (head) => ascii("RIFF")(head) && ascii("WAVE", 8)(head) },
  { demuxer: "flac", matches: ascii("fLaC") },
  { demuxer: "mp3", matches: ascii("ID3") },
];

/** Names the demuxer by the first bytes of the file, never by its name or by ffmpeg's guess. */
export function sniffContainer(head: Buffer): string | undefined {
  return containers.find((container) => container.matches(head))?.demuxer;
}
