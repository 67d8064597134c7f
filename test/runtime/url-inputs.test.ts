import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { decodeEnv, type RawEnv } from "../../runtime/env.ts";
import { urlInputProblems, urlInputsOf, urlInputVariables } from "../../runtime/url-inputs.ts";

function read(raw: RawEnv) {
  return urlInputsOf(decodeEnv(Type.Object(urlInputVariables), raw, urlInputProblems(raw)));
}

describe("the variables of URL inputs", () => {
  it("turn them on, on port 443 of public addresses if they say no more", () => {
    expect(read({ URL_INPUTS: "on" })).toEqual({
      policy: { schemes: ["https"], ports: [443], ranges: [] },
      maxBytes: 5 * 1024 ** 3,
      maxSeconds: 3600,
      maxRedirects: 5,
    });
  });

  it("have lists", () => {
    const lists = {
      URL_INPUT_SCHEMES: "http,https",
      URL_INPUT_PORTS: "80,443",
      URL_INPUT_RANGES: "10.30.0.0/16,fd12::/32",
    };
    expect(read({ URL_INPUTS: "on", ...lists })?.policy).toEqual({
      schemes: ["https", "http"],
      ports: [80, 443],
      ranges: ["10.30.0.0/16", "fd12::/32"],
    });
  });

  it("turn nothing on by themselves", () => {
    expect(read({})).toBeUndefined();
    expect(read({ URL_INPUT_PORTS: "80" })).toBeUndefined();
  });

  it.each([
    [{ URL_INPUTS: "yes" }, "URL_INPUTS must be one of off, on"],
    [{ URL_INPUT_SCHEMES: "ftp" }, "URL_INPUT_SCHEMES"],
    [{ URL_INPUT_PORTS: "443;80" }, "URL_INPUT_PORTS"],
    [
      { URL_INPUT_RANGES: "10.0.0.0/8,10.0.0.0/33" },
      'URL_INPUT_RANGES has "10.0.0.0/33", which is no range such as 10.0.0.0/8',
    ],
  ])("%j is refused by name", (raw, message) => {
    expect(() => read(raw)).toThrow(message);
  });
});
