import type { Canary, MakeBytes } from "./hostile.ts";

/** Where a reference may point to. */
const places = {
  "an address": ({ url }: Canary) => url,
  "a file": ({ path }: Canary) => path,
} as const;

/** A row for each place. */
export function toEach(
  what: (place: string) => string,
  make: (target: string) => MakeBytes,
): Record<string, MakeBytes> {
  return Object.fromEntries(
    Object.entries(places).map(([place, target]) => [
      what(place),
      (canary: Canary) => make(target(canary))(canary),
    ]),
  );
}
