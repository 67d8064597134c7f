/** What services are made of: what is wrong with one of them is rarely wrong here. */
const parts = /^services\/kit\//;

/** The line that a person looks at first: the innermost that is not a part which many share. */
export function mainPlace(places: readonly string[]): string | undefined {
  return places.find((place) => !parts.test(place)) ?? places[0];
}

/** `services/redis/redis.ts:47, through services/kit/workloads/stateful-workload.ts:30` */
export function placeText(places: readonly string[]): string | undefined {
  const main = mainPlace(places);
  const [innermost] = places;
  return main === innermost ? main : `${main ?? ""}, through ${innermost ?? ""}`;
}

/** `services/redis/redis.ts:47` taken apart. */
export function fileAndLine(place: string): { readonly file: string; readonly line: number } {
  const colon = place.lastIndexOf(":");
  return { file: place.slice(0, colon), line: Number(place.slice(colon + 1)) };
}
