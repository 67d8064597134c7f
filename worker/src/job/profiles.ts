import { join } from "node:path";
import { Profile, profileProblems, type ProfileName } from "@framewright/contracts/profile.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { readDocuments } from "@framewright/runtime/documents.ts";
import { JobFailure } from "../failure.ts";

export type Profiles = ReadonlyMap<ProfileName, Profile>;

/** The profiles of the worker's own files. */
export function readProfiles(): Profiles {
  return readDocuments(join(import.meta.dirname, "../../../profiles"), {
    schema: Profile,
    nameOf: ({ name }) => name,
    further: profileProblems,
  });
}

/**
 * What the job is to be made into: what the lease says, and of an API of the version before, which gives the name alone,
 * the file of that name. That API does not know the profiles of the config and of jobs; another replica does.
 */
export function profileOf(
  lease: Pick<Lease, "profile" | "profileDefinition">,
  own: Profiles,
): Profile {
  const profile = lease.profileDefinition ?? own.get(lease.profile);
  if (profile) return profile;
  const note = `Its lease names "${lease.profile}" alone, and the worker has ${[...own.keys()].join(", ")}.`;
  throw new JobFailure("profile-unknown", { note });
}
