import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { Rule } from "../../../policy/kit/rule.ts";

const Settings = Type.Object({
  enforcementLevel: Type.Optional(Type.String()),
  exempt: Type.Optional(
    Type.Array(
      Type.Object({
        namespace: Type.Optional(Type.String()),
        name: Type.String(),
        container: Type.Optional(Type.String()),
        reason: Type.String(),
      }),
    ),
  ),
});
const Profile = Type.Record(Type.String(), Settings);
type Profile = Static<typeof Profile>;

export interface Profiles {
  readonly baseline: Profile;
  readonly strict: Profile;
}

function read(name: keyof Profiles): Profile {
  const file = join(import.meta.dirname, `../../../policy/profiles/${name}.json`);
  return Value.Parse(Profile, JSON.parse(readFileSync(file, "utf8")));
}

export function readProfiles(): Profiles {
  return { baseline: read("baseline"), strict: read("strict") };
}

/** What becomes of a rule where a profile says this of its level. */
export function levelIn(rule: Rule, configured: string | undefined): string {
  return configured ?? rule.level ?? "mandatory";
}
