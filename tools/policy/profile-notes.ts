import type { JudgedStack } from "./judge.ts";
import { knownStacks, type Profile } from "./stacks.ts";

export type IdleExemptions = (
  profile: Profile,
  resources: JudgedStack["resources"],
) => readonly string[];

/** Whether all stacks were seen to their end that a profile is for: only then is what none of them needs superfluous. */
function isWhole(profile: Profile, judged: readonly JudgedStack[]): boolean {
  const seen = judged.filter(({ report }) => report.failure === undefined);
  return knownStacks
    .filter((source) => source.profile === profile)
    .every(({ name }) =>
      seen.some(({ report }) => report.stack === name && report.profile === profile),
    );
}

/** What to say of the profiles that stacks were judged by. */
export function profileNotes(judged: readonly JudgedStack[], idle: IdleExemptions): string[] {
  const profiles = [...new Set(judged.map(({ report }) => report.profile))];
  return profiles
    .filter((profile) => isWhole(profile, judged))
    .flatMap((profile) => {
      const own = judged.filter(({ report }) => report.profile === profile);
      const resources = own.flatMap((one) => one.resources);
      return idle(profile, resources).map(
        (exemption) =>
          `policy/profiles/${profile}.json exempts what no stack has: ${exemption}. Take it out, or put its name right`,
      );
    });
}
