import type { DubLine, Transcript } from "@framewright/contracts/dub.ts";

/** A line that fits as it is. */
export function aDubLine(more: Partial<DubLine> = {}): DubLine {
  return {
    ...{ start: 1, end: 2, text: "Good morning.", translation: "Bom dia." },
    ...{ dubStart: 1, dubEnd: 1.9, naturalSeconds: 0.9, speed: 1, stretch: 1, overSeconds: 0 },
    ...more,
  };
}

export function aTranscript(jobId: string): Transcript {
  return {
    ...{ jobId, language: "pt", from: "en", voice: "dora", wordErrorRate: 0.02 },
    ...{ worstStartSeconds: 0.1, overlong: 0, lines: [aDubLine()] },
  };
}
