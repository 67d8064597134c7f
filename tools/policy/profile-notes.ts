import type { EvaluatedStack } from "./evaluate-stacks.ts";
import { knownStacks, type Profile } from "./stacks.ts";

export type IdleExemptions = (
  profile: Profile,
  resources: EvaluatedStack["resources"],
) => readonly string[];

/** Whether all stacks were seen to their end that a profile is for: only then is what none of them needs superfluous. */
function isWhole(profile: Profile, evaluated: readonly EvaluatedStack[]): boolean {
  const seen = evaluated.filter(({ report }) => report.failure === undefined);
  return knownStacks
    .filter((source) => source.profile === profile)
    .every(({ name }) =>
      seen.some(({ report }) => report.stack === name && report.profile === profile),
    );
}

/** What to say of the profiles that stacks were evaluated by. */
export function profileNotes(evaluated: readonly EvaluatedStack[], idle: IdleExemptions): string[] {
  const profiles = [...new Set(evaluated.map(({ report }) => report.profile))];
  return profiles
    .filter((profile) => isWhole(profile, evaluated))
    .flatMap((profile) => {
      const own = evaluated.filter(({ report }) => report.profile === profile);
      const resources = own.flatMap((one) => one.resources);
      return idle(profile, resources).map(
        (exemption) =>
          `policy/profiles/${profile}.json exempts what no stack has: ${exemption}. Take it out, or put its name right`,
      );
    });
}
