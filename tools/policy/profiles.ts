import { readFileSync } from "node:fs";
import { Type } from "typebox";
import { parseAs } from "../parse.ts";
import { profileProblems, type RuleSettings } from "./profile-check.ts";
import { profileFile, type Profile } from "./stacks.ts";

const Config = Type.Record(Type.String(), Type.Unknown());

export type ProfileConfig = Readonly<Record<string, unknown>>;

/** Reads profiles; throws with all that the pack does not know in them. */
export function readProfiles(
  profiles: readonly Profile[],
  rules: readonly RuleSettings[],
): ReadonlyMap<Profile, ProfileConfig> {
  const read = [...new Set(profiles)].map((profile) => {
    const shown = `policy/profiles/${profile}.json`;
    const config = parseAs(Config, JSON.parse(readFileSync(profileFile(profile), "utf8")), shown);
    return { profile, shown, config };
  });
  const problems = read.flatMap(({ shown, config }) =>
    profileProblems(config, rules).map((problem) => `${shown}: ${problem}`),
  );
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return new Map(read.map(({ profile, config }) => [profile, config]));
}
