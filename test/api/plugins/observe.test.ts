import { expect, it } from "vitest";
import { redactUrl } from "../../../api/plugins/observe.ts";

it("a playback token does not reach the log", () => {
  expect(redactUrl("/v1/playback/SECRET/720p/0.m4s?x=1")).toBe("/v1/playback/…/720p/0.m4s?x=1");
  expect(redactUrl("/v1/recordings/SECRET/index.m3u8")).toBe("/v1/recordings/…/index.m3u8");
  expect(redactUrl("/v1/jobs")).toBe("/v1/jobs");
});
