import { Type } from "typebox";
import { Value } from "typebox/value";
import { Profile, profileProblems } from "@framewright/contracts/profile.ts";
import { documentProblems } from "@framewright/runtime/documents.ts";

const List = Type.Array(Profile);

interface Decoded {
  readonly profiles: readonly Profile[];
  /** In words, for whoever deploys. */
  readonly problems: readonly string[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema says what it should be.
    return text;
  }
}

/** The profiles of the stack's config, from the variable PROFILES; none where it is not set. */
export function decodeProfiles(text = "[]"): Decoded {
  const value = parsed(text);
  const problems = documentProblems(value, {
    schema: List,
    nameOf: () => "PROFILES",
    further: (profiles) => profiles.flatMap((one, index) => profileProblems(one, `/${index}`)),
  });
  return {
    profiles: Value.Check(List, value) ? value : [],
    problems: problems.map((line) => `PROFILES: ${line}`),
  };
}
