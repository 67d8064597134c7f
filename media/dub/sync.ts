interface Span {
  readonly start: number;
  readonly end: number;
}

/** How long it lasts that at least one of the spans is there, for sweeping over both kinds at once. */
function edgesOf(spans: readonly Span[], kind: "original" | "voice") {
  return spans
    .filter(({ start, end }) => end > start)
    .flatMap(({ start, end }) => [
      { at: start, kind, by: 1 },
      { at: end, kind, by: -1 },
    ]);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/**
 * How far a voice and the lips of the original go together, by their times. A picture is not looked at: whoever speaks is
 * taken to be seen.
 */
export function syncOf(originals: readonly Span[], voices: readonly Span[]) {
  const edges = [...edgesOf(originals, "original"), ...edgesOf(voices, "voice")].toSorted(
    (a, b) => a.at - b.at,
  );
  const open = { original: 0, voice: 0 };
  const seconds = { both: 0, original: 0, voice: 0 };
  let since = 0;
  for (const { at, kind, by } of edges) {
    const lasted = at - since;
    if (open.original > 0 && open.voice > 0) seconds.both += lasted;
    else if (open.original > 0) seconds.original += lasted;
    else if (open.voice > 0) seconds.voice += lasted;
    open[kind] += by;
    since = at;
  }
  const either = seconds.both + seconds.original + seconds.voice;
  return {
    together: either === 0 ? 1 : rounded(seconds.both / either),
    voiceAloneSeconds: rounded(seconds.voice),
    originalAloneSeconds: rounded(seconds.original),
  };
}
