import { expect, it } from "vitest";
import { describedSource } from "../../media/described-source.ts";
import { encoders } from "../../media/encoders/index.ts";
import { planEncode } from "../../media/plan.ts";
import { sourceInfo, type Source } from "../../media/source.ts";
import { clips } from "../support/clips.ts";
import { aProfile } from "../support/profiles.ts";
import { uploadOf } from "./job/compare/make-result.ts";

function commandOf(source: Source): readonly string[] {
  return planEncode({
    ...{ source, profile: aProfile("hls-1080p"), encoder: encoders.cpu, threads: 2 },
    ...{ device: "", sourcePath: "/source", outputDir: "/out" },
  }).argv;
}

it.each([
  ["1080p with stereo", clips.hd],
  ["a film without sound", clips.silent],
  ["an upright film", clips.portrait],
  ["a small film", () => clips.sd()],
])("%s is planned from its description as after it was read", async (_what, make) => {
  const { source } = await uploadOf(await make(), new AbortController().signal);
  expect(commandOf(describedSource(sourceInfo(source)))).toEqual(commandOf(source));
});
