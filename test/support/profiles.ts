import type { Profile, ProfileName } from "../../contracts/profile.ts";
import { readProfiles } from "../../api/jobs/profiles.ts";

export const builtIn = readProfiles();

/** A built-in profile. */
export function aProfile(name: ProfileName): Profile {
  const profile = builtIn.get(name);
  if (!profile) throw new Error(`There is no profile ${name}`);
  return profile;
}
