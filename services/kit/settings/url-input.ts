import { parseQuantity } from "../../../config/units.ts";
import type { UrlInputSection } from "../../../config/schema.ts";

/** The variables by which the API and the workers know which URLs jobs may have; none where jobs have none. */
export function urlInputEnv({ enabled, ...section }: UrlInputSection) {
  if (!enabled) return {};
  return {
    URL_INPUTS: "on",
    URL_INPUT_SCHEMES: section.schemes.join(","),
    URL_INPUT_PORTS: section.ports.join(","),
    URL_INPUT_RANGES: section.ranges.join(","),
    URL_INPUT_MAX_BYTES: parseQuantity(section.maxBytes),
    URL_INPUT_MAX_SECONDS: section.maxSeconds,
    URL_INPUT_MAX_REDIRECTS: section.maxRedirects,
  };
}
