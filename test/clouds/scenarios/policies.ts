import { expect } from "vitest";
import { toldBy } from "../../../tools/policy/engine-events.ts";
import { packFlags } from "../../../tools/policy/sealed-project.ts";
import type { Cloud } from "../harness/cloud.ts";

/** What the program would change nothing of, and what the state holds, are judged alike: nothing is said of either. */
export async function keepsPolicies({ name, pulumi }: Cloud): Promise<string> {
  const profile = name.startsWith("prod-") ? "strict" : "baseline";
  const flags = packFlags({ profile });
  const preview = await pulumi.preview(...flags);
  const said = toldBy(preview.stdout);
  expect({ code: preview.code, ...said }).toMatchObject({ code: 0, findings: [], errors: [] });
  expect(Object.keys(said.changes)).toEqual(["same"]);
  const analysis = await pulumi.run("policy", "analyze", "--json", ...flags);
  const { findings, errors } = toldBy(analysis.stdout);
  expect({ code: analysis.code, findings, errors }).toEqual({ code: 0, findings: [], errors: [] });
  const seconds = [preview, analysis].map((run) => `${run.seconds.toFixed(0)} s`);
  return `0 violations by ${profile}: preview ${seconds.join(", analysis ")}`;
}
