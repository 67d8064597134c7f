import type { ProbedStream } from "./probe-report.ts";

/** How the source's numbers become the result's, and what the result says of itself. */
export interface Colour {
  /** Bitstream filter before the decoder; reserved values would stop ffmpeg's filters. */
  readonly bitstreamFilter: string | undefined;
  /** Filters from the decoded picture to the tagged 8-bit limited range that is encoded. */
  readonly filters: readonly string[];
  readonly output: ColourTags;
  /** The source's numbers as options of a `scale` filter; nothing where only a tone map reads them. */
  readonly reading: string | undefined;
  /** What the source was taken for, for people. */
  readonly source: string;
  /** Whether tags that the source lacks, or that cannot be, were replaced by the usual ones. */
  readonly assumed: boolean;
}

/** ffmpeg's names of H.273 code points. */
export interface ColourTags {
  readonly matrix: string;
  readonly primaries: string;
  readonly transfer: string;
}

type Stated = Pick<
  ProbedStream,
  | "codec_name"
  | "pix_fmt"
  | "width"
  | "height"
  | "color_range"
  | "color_space"
  | "color_transfer"
  | "color_primaries"
>;

const bt709: ColourTags = { matrix: "bt709", primaries: "bt709", transfer: "bt709" };
const bt601: ColourTags = {
  matrix: "smpte170m",
  primaries: "smpte170m",
  transfer: "smpte170m",
};
/** Of 625 lines: the matrix is that of BT.601, the primaries are not. */
const pal: ColourTags = { ...bt601, matrix: "bt470bg", primaries: "bt470bg" };
const bt2020 = { matrix: "bt2020nc", primaries: "bt2020" };

/** Matrices that every player knows: they stay, so that nothing is lost. */
const kept = new Set(["bt709", "smpte170m", "bt470bg"]);
const convertible = new Set(["bt2020nc", "bt2020c", "fcc", "smpte240m", "ycgco"]);
const hdrTransfers = new Set(["smpte2084", "arib-std-b67"]);
const knownPrimaries = new Set(
  "bt709 smpte170m bt470bg bt470m smpte240m film bt2020 smpte428 smpte431 smpte432".split(" "),
);
const knownTransfers = new Set(
  "bt709 smpte170m smpte240m iec61966-2-1 bt2020-10 bt2020-12 smpte2084 arib-std-b67".split(" "),
);

/** The curves with which constant luminance can be computed; with others the tag is an error. */
const constantLuminance = new Set(["bt709", "smpte170m", "bt2020-10", "bt2020-12"]);

/** The tags that pictures of this size have where nobody says otherwise. */
function usualTags({ width = 0, height = 0 }: Stated): ColourTags {
  return width > 1024 || height > 576 ? bt709 : bt601;
}

function isRgb(pixelFormat: string): boolean {
  return /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(pixelFormat);
}

interface Resolved extends ColourTags {
  readonly full: boolean;
}

function pickKnown(value: string | undefined, known: ReadonlySet<string>): string | undefined {
  return value !== undefined && known.has(value) ? value : undefined;
}

/** What belongs to the parts that are stated, or else to the size. */
function usualBeside(stated: Stated, parts: Partial<ColourTags>): ColourTags {
  const { matrix, primaries, transfer } = parts;
  const hdr = transfer !== undefined && hdrTransfers.has(transfer);
  const wide = matrix?.startsWith("bt2020") ?? primaries === "bt2020";
  if (hdr || wide) return { ...bt709, ...bt2020 };
  if (matrix === "bt470bg") return pal;
  if (matrix === undefined) return usualTags(stated);
  return matrix === "bt709" ? bt709 : bt601;
}

function resolve(stated: Stated): Resolved {
  const transfer = pickKnown(stated.color_transfer, knownTransfers);
  const primaries = pickKnown(stated.color_primaries, knownPrimaries);
  const matrix = [kept, convertible]
    .map((known) => pickKnown(stated.color_space, known))
    .find((found) => found !== undefined);
  const usual = usualBeside(stated, { matrix, primaries, transfer });
  const curve = transfer ?? usual.transfer;
  const impossible = matrix === "bt2020c" && !constantLuminance.has(curve);
  return {
    matrix: impossible ? "bt2020nc" : (matrix ?? usual.matrix),
    primaries: primaries ?? usual.primaries,
    transfer: curve,
    full: stated.color_range === "pc" || stated.pix_fmt?.startsWith("yuvj") === true,
  };
}

/** zscale knows ffmpeg's names; of its own it takes "170m" and "240m" for numbers in some options. */
function zscaleIn({ matrix, primaries, transfer, full }: Resolved): string {
  return `zscale=min=${matrix}:pin=${primaries}:tin=${transfer}:rin=${full ? "full" : "limited"}`;
}

/**
 * The quick way of zimg bends HLG's red, green and blue each for itself, which moves colours by up to 60 of
 * 255; ITU-R BT.2100 bends their luminance.
 */
function linearOptions({ transfer }: Resolved): string {
  return transfer === "arib-std-b67" ? "npl=100:agamma=false" : "npl=100";
}

/** Linear light, mapped down, back to BT.709. The outputs of the first step are stated too: zimg knows no way from "unspecified". */
function toneMap(resolved: Resolved): string[] {
  const { matrix, primaries } = resolved;
  return [
    `${zscaleIn(resolved)}:t=linear:m=${matrix}:p=${primaries}:r=limited:${linearOptions(resolved)}`,
    "format=gbrpf32le",
    "zscale=p=bt709",
    "tonemap=hable:desat=0",
    "zscale=t=bt709:m=bt709:r=limited",
  ];
}

/** A kept matrix by the scale filter's name: it does not know "bt470bg", and both of BT.601 are one. */
export function scaleMatrix(matrix: string): string {
  return matrix === "bt709" ? "bt709" : "bt601";
}

function conversion(resolved: Resolved, rgb: boolean): readonly [string[], ColourTags] {
  const { matrix, primaries, transfer, full } = resolved;
  if (hdrTransfers.has(transfer)) return [toneMap(resolved), bt709];
  if (rgb) return [["scale=out_color_matrix=bt709:out_range=tv"], bt709];
  if (!kept.has(matrix)) {
    return [[`${zscaleIn(resolved)}:m=bt709:p=bt709:t=bt709:r=limited`], bt709];
  }
  const name = scaleMatrix(matrix);
  const scale = `scale=in_color_matrix=${name}:out_color_matrix=${name}:in_range=pc:out_range=tv`;
  return [full ? [scale] : [], { matrix, primaries, transfer }];
}

function readingOf({ matrix, transfer, full }: Resolved, rgb: boolean): string | undefined {
  if (rgb) return "flags=bicubic";
  if (hdrTransfers.has(transfer) || !kept.has(matrix)) return undefined;
  return `in_color_matrix=${scaleMatrix(matrix)}:in_range=${full ? "pc" : "tv"}`;
}

/** The bitstream filters that can rewrite the description inside the coded pictures. */
const rewriters: Readonly<Record<string, string>> = {
  h264: "h264_metadata=colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2",
  hevc: "hevc_metadata=colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2",
  av1: "av1_metadata=color_primaries=2:transfer_characteristics=2:matrix_coefficients=2",
  mpeg2video: "mpeg2_metadata=colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2",
};

/** Reserved values, and the RGB matrix on pictures that are not RGB, are nonsense. */
function isNonsense(stated: Stated, rgb: boolean): boolean {
  const values = [stated.color_space, stated.color_transfer, stated.color_primaries];
  return values.includes("reserved") || (!rgb && stated.color_space === "gbr");
}

export function tagsFilter({ matrix, primaries, transfer }: ColourTags): string {
  return `setparams=range=tv:colorspace=${matrix}:color_primaries=${primaries}:color_trc=${transfer}`;
}

/** Every result is tagged, whatever the source says. */
export function colourOf(stated: Stated): Colour {
  const rgb = isRgb(stated.pix_fmt ?? "");
  const nonsense = isNonsense(stated, rgb);
  const resolved = resolve(stated);
  const [filters, output] = conversion(resolved, rgb);
  const { matrix, primaries, transfer, full } = resolved;
  const agreed =
    stated.color_space === matrix &&
    stated.color_primaries === primaries &&
    stated.color_transfer === transfer;
  return {
    bitstreamFilter: nonsense ? rewriters[stated.codec_name ?? ""] : undefined,
    filters,
    output,
    reading: readingOf(resolved, rgb),
    source: rgb ? "RGB" : `${matrix}/${primaries}/${transfer}, ${full ? "full" : "limited"} range`,
    assumed: !rgb && !agreed,
  };
}
