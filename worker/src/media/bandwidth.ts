/** Size and length of one segment. */
export interface SizedSegment {
  readonly bytes: number;
  readonly seconds: number;
}

export interface Bandwidth {
  /** Bits per second. */
  readonly average: number;
  readonly peak: number;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * RFC 8216, 4.1: the peak is the largest rate of any run of segments that lasts between half and
 * one and a half target durations; a clip shorter than that has its mean as the peak.
 */
export function measureBandwidth(segments: readonly SizedSegment[]): Bandwidth {
  const seconds = sum(segments.map((segment) => segment.seconds));
  const bits = 8 * sum(segments.map((segment) => segment.bytes));
  const target = Math.max(...segments.map((segment) => segment.seconds));
  const average = Math.ceil(bits / seconds);
  let peak = 0;
  segments.forEach((_, first) => {
    let runSeconds = 0;
    let runBits = 0;
    for (const segment of segments.slice(first)) {
      runSeconds += segment.seconds;
      runBits += 8 * segment.bytes;
      if (runSeconds > target * 1.5) break;
      if (runSeconds >= target * 0.5) peak = Math.max(peak, runBits / runSeconds);
    }
  });
  return { average, peak: Math.max(average, Math.ceil(peak)) };
}
