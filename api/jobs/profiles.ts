import { join } from "node:path";
import type { CreateJob } from "@framewright/contracts/client-api.ts";
import {
  ladderProblems,
  Profile,
  profileProblems,
  rungName,
  withOutputs,
  type ProfileName,
} from "@framewright/contracts/profile.ts";
import { outputProblems } from "@framewright/contracts/outputs.ts";
import { readDocuments } from "@framewright/runtime/documents.ts";
import { refusedFields } from "../errors.ts";

/** By name, from those of small pictures to those of large ones. */
export type Profiles = ReadonlyMap<ProfileName, Profile>;

function tallest({ video }: Profile): number {
  return Math.max(...video.ladder.map(({ height }) => height));
}

/** The profiles that jobs can name: those of our files, and more; of two with one name the latter. */
export function readProfiles(more: readonly Profile[] = []): Profiles {
  const builtIn = readDocuments(join(import.meta.dirname, "../../profiles"), {
    schema: Profile,
    nameOf: ({ name }) => name,
    further: profileProblems,
  });
  const all = new Map([...builtIn, ...more.map((one) => [one.name, one] as const)]);
  const byName = [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(byName.toSorted(([, a], [, b]) => tallest(a) - tallest(b)));
}

/** Refuses a name that no profile has. */
function profileNamed(profiles: Profiles, name: ProfileName): Profile {
  const profile = profiles.get(name);
  if (profile) return profile;
  const message = `must be one of ${[...profiles.keys()].join(", ")}, but is "${name}"`;
  throw refusedFields("profile-unknown", { path: "body/profile", message });
}

/** The profile with the ladder that a request brings in place of the profile's. */
function withLadder(profile: Profile, ladder: CreateJob["ladder"]): Profile {
  if (ladder === undefined) return profile;
  const [first, ...more] = ladderProblems(ladder).map(({ path, message }) => ({
    path: `body/ladder${path}`,
    message,
  }));
  if (first) throw refusedFields("ladder-invalid", first, ...more);
  return { ...profile, video: { ...profile.video, ladder } };
}

/** What a request asks for: a profile, with the ladder and the outputs that the request brings in place of the profile's. */
export function profileFor(
  profiles: Profiles,
  { profile: name, ladder, outputs }: Pick<CreateJob, "profile" | "ladder" | "outputs">,
): Profile {
  const profile = withOutputs(withLadder(profileNamed(profiles, name), ladder), outputs);
  const rungs = profile.video.ladder.map(rungName);
  const [first, ...more] = outputProblems(profile.packaging.outputs ?? {}, rungs, "body/outputs");
  if (first) throw refusedFields("outputs-invalid", first, ...more);
  return profile;
}
