import { profileProblems } from "@framewright/contracts/profile.ts";
import { repeated, type Rule } from "./rule.ts";

/** `/video/ladder/0/height` → `.video.ladder[0].height`. */
function pathOf(pointer: string): string {
  return pointer.replaceAll(/\/(\d+)/g, "[$1]").replaceAll("/", ".");
}

function remedyOf(pointer: string): string {
  return pointer.startsWith("/packaging")
    ? "name a rung of this profile's own ladder, and either count or everySeconds of thumbnails"
    : "the tallest rung comes first, and each has fewer pixels and a lower rate than the one before";
}

/** What the contract asks of every profile beside its schema. */
export const profilesAreWhole: Rule = ({ api }) =>
  api.profiles.flatMap((profile, index) =>
    profileProblems(profile).map(({ path, message }) => ({
      path: `api.profiles[${index}]${pathOf(path)}`,
      problem: message,
      remedy: remedyOf(path),
    })),
  );

export const profileNamesDiffer: Rule = ({ api }) =>
  repeated(api.profiles, ({ name }) => name).map(([index, earlier]) => ({
    path: `api.profiles[${index}].name`,
    problem: `is "${api.profiles[index]?.name ?? ""}", which api.profiles[${earlier}] has already`,
    remedy: "give each profile a name of its own",
  }));
