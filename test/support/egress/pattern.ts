/** The pattern that test publishers send: a counter in each picture, and a flash with a beep each second, by one clock. */
export const pattern = {
  width: 640,
  height: 360,
  rate: 30,
  sampleRate: 48_000,
  /** Squares of the counter, one for each bit, in the top left corner. */
  bits: 16,
  square: 20,
  beepHz: 1000,
  beepSeconds: 0.1,
} as const;

const light = 235;
const dark = 16;

function fillBox(
  luma: Uint8Array,
  width: number,
  box: readonly [number, number, number, number],
  value: number,
): void {
  const [left, top, across, down] = box;
  for (let row = top; row < top + down; row += 1) {
    luma.fill(value, row * width + left, row * width + left + across);
  }
}

/** Whether this second has a flash; the first one has none, in which connections are made. */
function isLoud(seconds: number): boolean {
  return seconds >= 1 - 1e-9 && (seconds + 1e-9) % 1 < pattern.beepSeconds;
}

/** Draws picture number n into an I420 buffer of this size. */
export function drawPicture(
  data: Uint8Array,
  n: number,
  size: { width: number; height: number } = pattern,
): void {
  const { width, height } = size;
  const flash = isLoud(n / pattern.rate);
  data.fill(128, width * height);
  data.fill(flash ? light : 40, 0, width * height);
  const x = (n * 5) % (width - 60);
  fillBox(data, width, [x, height - 120, 60, 60], flash ? dark : 180);
  const { bits, square } = pattern;
  for (let bit = 0; bit < bits; bit += 1) {
    fillBox(data, width, [bit * square, 0, square, square], ((n >> bit) & 1) === 1 ? light : dark);
  }
}

/** The 10 ms of sound that begin with piece number n. */
export function beepPiece(n: number): Int16Array {
  const size = pattern.sampleRate / 100;
  return Int16Array.from({ length: size }, (_, index) => {
    const at = (n * size + index) / pattern.sampleRate;
    return isLoud(at) ? Math.round(Math.sin(2 * Math.PI * pattern.beepHz * at) * 0.7 * 32_767) : 0;
  });
}
