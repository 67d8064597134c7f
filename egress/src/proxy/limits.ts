import type { Readable, Writable } from "node:stream";
import type { ProxyLimits } from "../../env.ts";

export type Ending = "done" | "too-many-bytes" | "too-long" | "idle" | "broken";

export interface Passage {
  readonly bytes: number;
  readonly ending: Ending;
}

interface Ends {
  readonly from: Readable;
  readonly to: Writable;
}

/** Carries bytes both ways until either side ends it or a limit does. It destroys all streams. */
export function carry(ways: readonly Ends[], limits: ProxyLimits): Promise<Passage> {
  return new Promise((resolve) => {
    let bytes = 0;
    const open = new Set(ways);
    const end = (ending: Ending): void => {
      clearTimeout(longest);
      clearTimeout(idle);
      for (const { from, to } of ways) {
        from.destroy();
        to.destroy();
      }
      resolve({ bytes, ending });
    };
    const after = (seconds: number, ending: Ending): NodeJS.Timeout =>
      setTimeout(() => {
        end(ending);
      }, seconds * 1000);
    const longest = after(limits.maxSeconds, "too-long");
    const idle = after(limits.idleSeconds, "idle");
    for (const way of ways) {
      const { from, to } = way;
      /** All that came was written, or nobody is there who could read it. */
      const done = (): void => {
        open.delete(way);
        if (open.size === 0) end("done");
      };
      from.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        idle.refresh();
        if (bytes > limits.maxBytes) end("too-many-bytes");
      });
      from.once("close", () => {
        if (!from.readableEnded) end("broken");
      });
      to.once("finish", done).once("close", done);
      for (const side of [from, to]) {
        side.on("error", () => {
          end("broken");
        });
      }
      from.pipe(to);
    }
  });
}
