import { hasTransportRhythm } from "./transport-stream.ts";

/** A container that is known by its first bytes, as the name of ffmpeg's demuxer. */
interface Container {
  readonly demuxer: string;
  readonly matches: (head: Buffer) => boolean;
}

/** Bytes that the decision needs: a transport stream or MXF file may begin with as much of something else. */
export const sniffBytes = 65_536;

/**
 * All that may be opened: names of ffmpeg's demuxers that read one file and nothing else. Playlists
 * (HLS, DASH, concat, IMF), image sequences, SDP, discs, devices, text and subtitles are not among
 * them: their demuxers open other files and network addresses (CVE-2016-1897, CVE-2017-9993).
 * Formats of single games are left out too: nobody uploads them, and each parser is a risk.
 */
export const allowedDemuxers: ReadonlySet<string> = new Set(
  [
    "mov matroska mpegts mpeg avi flv ogg asf mxf gxf nut rm ivr wtv nsv nuv pva ty dhav ivf obu",
    "yuv4mpegpipe gif apng mjpeg mpjpeg smjpeg cine dv h261 h263 h264 hevc vvc m4v mpegvideo vc1",
    "vc1test av1 dirac dnxhd cavsvideo wav w64 aiff caf au voc sox flac mp3 aac loas ac3 eac3 dts",
    "dtshd truehd mlp amr wv ape tta tak mpc mpc8 dsf qcp oma",
  ]
    .join(" ")
    .split(" "),
);

function ascii(text: string, offset = 0): Container["matches"] {
  return (head) => head.toString("latin1", offset, offset + text.length) === text;
}

function hex(text: string): Container["matches"] {
  const wanted = Buffer.from(text, "hex");
  return (head) => head.subarray(0, wanted.length).equals(wanted);
}

/** A container of chunks: the kind of the file stands behind the first length. */
function chunks(form: string, kinds: readonly string[]): Container["matches"] {
  return (head) => ascii(form)(head) && kinds.includes(head.toString("latin1", 8, 12));
}

const movAtoms = new Set(
  "ftyp moov mdat wide free skip pnot junk uuid udta pict ediw prfl moof styp sidx".split(" "),
);

/** MXF may begin with up to 64 KiB of something else (SMPTE ST 377-1, run-in). */
const mxfHeader = Buffer.from("060e2b34020501010d010201", "hex");

/** Every row is certain. What has no certain first bytes (raw streams, MP3, DV) is left to ffprobe. */
const containers: readonly Container[] = [
  { demuxer: "mov", matches: (head) => movAtoms.has(head.toString("latin1", 4, 8)) },
  { demuxer: "matroska", matches: hex("1a45dfa3") },
  { demuxer: "mpeg", matches: hex("000001ba") },
  { demuxer: "avi", matches: chunks("RIFF", ["AVI ", "AVIX", "AVI\x19", "AMV "]) },
  { demuxer: "flv", matches: ascii("FLV\x01") },
  { demuxer: "ogg", matches: ascii("OggS") },
  { demuxer: "asf", matches: hex("3026b2758e66cf11") },
  { demuxer: "wtv", matches: hex("b7d800203749da11a64e0007e95ead8d") },
  { demuxer: "rm", matches: ascii(".RMF\0") },
  { demuxer: "nut", matches: ascii("nut/multimedia container\0") },
  { demuxer: "ivf", matches: ascii("DKIF\0\0") },
  { demuxer: "yuv4mpegpipe", matches: ascii("YUV4MPEG2") },
  { demuxer: "gif", matches: (head) => ascii("GIF87a")(head) || ascii("GIF89a")(head) },
  { demuxer: "apng", matches: hex("89504e470d0a1a0a") },
  { demuxer: "mjpeg", matches: hex("ffd8ff") },
  { demuxer: "wav", matches: chunks("RIFF", ["WAVE"]) },
  { demuxer: "wav", matches: chunks("RF64", ["WAVE"]) },
  { demuxer: "wav", matches: chunks("BW64", ["WAVE"]) },
  { demuxer: "w64", matches: hex("726966662e91cf11a5d628db04c10000") },
  { demuxer: "aiff", matches: chunks("FORM", ["AIFF", "AIFC"]) },
  { demuxer: "caf", matches: ascii("caff\0\x01") },
  { demuxer: "au", matches: ascii(".snd\0\0") },
  { demuxer: "amr", matches: ascii("#!AMR") },
  { demuxer: "flac", matches: ascii("fLaC") },
  { demuxer: "mpegts", matches: hasTransportRhythm },
  { demuxer: "mxf", matches: (head) => head.includes(mxfHeader) },
];

/**
 * Names the demuxer by the first bytes of the file, never by its name. Of pictures only the kinds
 * that can move get here: `stillPicture` is asked before.
 */
export function sniffContainer(head: Buffer): string | undefined {
  return containers.find((container) => container.matches(head))?.demuxer;
}
