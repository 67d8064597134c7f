import { Type } from "typebox";
import { withDefault, type EnvOf, type RawEnv } from "./env.ts";
import { urlSchemes, type OutboundPolicy } from "./outbound-url.ts";
import { parseRanges } from "./public-address.ts";

/** A variable that holds a list, comma separated. */
export const listVariable = (value: string, item: string, description: string) =>
  withDefault(Type.String({ pattern: `^(${item})(,(${item}))*$`, description }), value);

/** What the API and the workers are told of jobs whose input is a URL. */
export const urlInputVariables = {
  URL_INPUTS: withDefault(
    Type.Enum(["off", "on"], { description: "Whether the input of a job may be a URL" }),
    "off",
  ),
  URL_INPUT_SCHEMES: listVariable(
    "https",
    urlSchemes.join("|"),
    "Schemes that such a URL may have",
  ),
  URL_INPUT_PORTS: listVariable("443", "[0-9]{1,5}", "Ports that it may have"),
  URL_INPUT_RANGES: Type.Optional(
    Type.String({ description: "Ranges of addresses beside the public ones, comma separated" }),
  ),
  URL_INPUT_MAX_BYTES: withDefault(
    Type.Integer({ minimum: 1, description: "Largest file at a URL" }),
    5 * 1024 ** 3,
  ),
  URL_INPUT_MAX_SECONDS: withDefault(
    Type.Integer({ minimum: 1, maximum: 86_400, description: "Longest time that it may take" }),
    3600,
  ),
  URL_INPUT_MAX_REDIRECTS: withDefault(
    Type.Integer({ minimum: 0, maximum: 20, description: "Redirects that are followed" }),
    5,
  ),
};

const UrlInputEnv = Type.Object(urlInputVariables);

/** Which URLs jobs may have, and what fetching one may cost. */
export interface UrlInputs {
  readonly policy: OutboundPolicy;
  readonly maxBytes: number;
  readonly maxSeconds: number;
  readonly maxRedirects: number;
}

/** Ranges of addresses, comma separated. */
export function rangesOf(text = ""): string[] {
  return text.split(",").filter((range) => range !== "");
}

/** What is wrong with the ranges of a variable, which no pattern can tell. */
export function rangeProblems(name: string, raw: RawEnv): string[] {
  return rangesOf(raw[name]).flatMap((range) => {
    try {
      parseRanges([range]);
      return [];
    } catch {
      return [`${name} has "${range}", which is no range such as 10.0.0.0/8`];
    }
  });
}

export function urlInputProblems(raw: RawEnv): string[] {
  return rangeProblems("URL_INPUT_RANGES", raw);
}

/** Nothing where jobs may have no URL. */
export function urlInputsOf(env: EnvOf<typeof UrlInputEnv>): UrlInputs | undefined {
  if (env.urlInputs === "off") return undefined;
  const schemes = env.urlInputSchemes.split(",");
  return {
    policy: {
      schemes: urlSchemes.filter((scheme) => schemes.includes(scheme)),
      ports: env.urlInputPorts.split(",").map(Number),
      ranges: rangesOf(env.urlInputRanges),
    },
    maxBytes: env.urlInputMaxBytes,
    maxSeconds: env.urlInputMaxSeconds,
    maxRedirects: env.urlInputMaxRedirects,
  };
}
