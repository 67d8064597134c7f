import type { Egress } from "@framewright/contracts/egress.ts";

/** Seconds between the end of a segment and the beginning of the next one, by the times in the playlist. */
async function lostSeconds({ playbackUrl = "" }: Egress, apiUrl: string): Promise<number> {
  const text = await (await fetch(playbackUrl.replace("http://api.test", apiUrl))).text();
  const at = [...text.matchAll(/#EXT-X-PROGRAM-DATE-TIME:(.*)/g)].map(([, time = ""]) =>
    Date.parse(time),
  );
  const seconds = [...text.matchAll(/#EXTINF:([\d.]+)/g)].map(([, length]) => Number(length));
  return at.reduce((sum, time, n) => {
    const next = at[n + 1] ?? time + (seconds[n] ?? 0) * 1000;
    const gap = (next - time) / 1000 - (seconds[n] ?? 0);
    return sum + Math.max(0, gap);
  }, 0);
}

/** Prints what a fault has cost a recording, and gives the seconds that are lost. */
export async function tellLoss(fault: string, task: Egress, apiUrl: string): Promise<number> {
  const lost = await lostSeconds(task, apiUrl);
  const { state, attempt, discontinuities, durationSeconds: seconds, reason, warnings } = task;
  const facts = { state, reason: reason?.code, attempt, discontinuities, seconds, warnings };
  console.log(`${fault}: lost ${lost.toFixed(1)} s, ${JSON.stringify(facts)}`);
  return lost;
}
