import type { ColourPatch } from "./case.ts";
import { lavfi } from "./media.ts";

/** Red, green and blue. */
type Triple = readonly [number, number, number];
type Rows = readonly [Triple, Triple, Triple];

function multiplied(rows: Rows, [r, g, b]: Triple): Triple {
  const [first, second, third] = rows.map(([x, y, z]) => x * r + y * g + z * b);
  return [first ?? 0, second ?? 0, third ?? 0];
}

function each([r, g, b]: Triple, change: (value: number) => number): Triple {
  return [change(r), change(g), change(b)];
}

/** Light of BT.709's primaries by those of BT.2020 (ITU-R BT.2087-0, 4). */
const wideFrom709: Rows = [
  [0.6274, 0.3293, 0.0433],
  [0.0691, 0.9195, 0.0114],
  [0.0164, 0.088, 0.8956],
];

/** Parts of the luminance (ITU-R BT.2020-2, table 4). */
const luma: Triple = [0.2627, 0.678, 0.0593];

function luminance([r, g, b]: Triple): number {
  return luma[0] * r + luma[1] * g + luma[2] * b;
}

/** From cd/m² to the signal, 0 to 1 (SMPTE ST 2084, inverse EOTF). */
export function pqSignal(light: Triple): Triple {
  const [m1, m2] = [2610 / 16384, (2523 / 4096) * 128];
  const [c1, c2, c3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  return each(light, (value) => {
    const power = (value / 10_000) ** m1;
    return ((c1 + c2 * power) / (1 + c3 * power)) ** m2;
  });
}

/** From cd/m² on the reference display of 1000 cd/m² to the signal (ITU-R BT.2100-2, table 5). */
export function hlgSignal(light: Triple): Triple {
  const [peak, gamma, a] = [1000, 1.2, 0.17883277];
  const [b, c] = [1 - 4 * a, 0.5 - a * Math.log(4 * a)];
  const shown = luminance(light);
  const scene = shown === 0 ? 0 : (shown / peak) ** ((1 - gamma) / gamma) / peak;
  return each(light, (value) => {
    const linear = value * scene;
    return linear <= 1 / 12 ? Math.sqrt(3 * linear) : a * Math.log(12 * linear - b) + c;
  });
}

const signals = { pq: pqSignal, hlg: hlgSignal } as const;
export type Curve = keyof typeof signals;

/** Limited range of 10 bits, with non-constant luminance (ITU-R BT.2100-2, tables 6 and 9). */
function codes(signal: Triple): readonly [y: number, cb: number, cr: number] {
  const [r, , b] = signal;
  const y = luminance(signal);
  const chroma = [(b - y) / 1.8814, (r - y) / 1.4746].map((value) => 512 + 896 * value);
  return [Math.round(64 + 876 * y), Math.round(chroma[0] ?? 0), Math.round(chroma[1] ?? 0)];
}

/** The curve of John Hable's "Filmic Tonemapping" (2010), as ffmpeg's filter `tonemap` has it. */
function hable(value: number): number {
  const [a, b, c, d, e, f] = [0.15, 0.5, 0.1, 0.2, 0.02, 0.3];
  const square = value * a * value;
  return (square + c * b * value + d * e) / (square + b * value + d * f) - e / f;
}

/** Light of 1, in cd/m², and the brightest light, which becomes white. */
const [referenceWhite, brightest] = [100, 10];

/** What light becomes in BT.709: the largest part is mapped, the hue stays; shown with a gamma of 2.4 (BT.1886). */
function toneMapped(light: Triple): Triple {
  const linear = each(light, (value) => value / referenceWhite);
  const largest = Math.max(...linear, 1e-6);
  const gain = hable(largest) / hable(brightest) / largest;
  return each(linear, (value) => Math.round(255 * Math.min(1, value * gain) ** (1 / 2.4)));
}

/** In cd/m²: whites and greys from deep shadow to highlight, and colours of BT.709. */
const patches: readonly Triple[] = [
  ...[[1, 1, 1] as const, [26, 26, 26] as const, [203, 203, 203] as const],
  ...[[1000, 1000, 1000] as const, [150, 10, 10] as const, [10, 120, 10] as const],
  ...[[10, 10, 90] as const, [400, 300, 20] as const],
];

interface Hdr {
  /** Input options of a picture of upright bars. */
  readonly input: string;
  /** What the bars become. */
  readonly colours: readonly ColourPatch[];
}

/** Bars of known light, whose codes and whose mapped colours are computed by the standards' formulas. */
export function hdrBars(curve: Curve): Hdr {
  const bars = patches.map((light) => codes(signals[curve](multiplied(wideFrom709, light))));
  const plane = (part: 0 | 1 | 2): string =>
    bars.reduceRight<string>((rest, bar, index) => {
      const value = `${bar[part]}`;
      return rest === "" ? value : `if(lt(X/SW,${index + 1}*64),${value},${rest})`;
    }, "");
  const graph = `color=s=${64 * patches.length}x288:r=25:d=2,format=yuv420p10le,geq=lum='${plane(0)}':cb='${plane(1)}':cr='${plane(2)}'`;
  return {
    input: lavfi(graph),
    colours: patches.map((light, index) => [
      ...([(index + 0.5) / patches.length, 0.5] as const),
      ...toneMapped(light),
    ]),
  };
}
