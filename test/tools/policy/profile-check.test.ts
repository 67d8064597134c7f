import { describe, expect, it, test } from "vitest";
import { rules } from "../../../policy/rules.ts";
import { profileProblems } from "../../../tools/policy/profile-check.ts";
import { readProfiles } from "../../../tools/policy/profiles.ts";
import { profileNames } from "../../../tools/policy/stacks.ts";

test("the profiles of the pack have no problem", () => {
  const names = profileNames();
  expect(names).toEqual(expect.arrayContaining(["baseline", "strict"]));
  expect([...readProfiles(names, rules).keys()]).toEqual(names);
});

describe("a profile", () => {
  const exemption = { name: "importer", reason: "It needs this until May." };

  it.each([
    [{ "no-privilged": {} }, 'there is no rule "no-privilged". Did you mean "no-privileged"?'],
    [{ "made-up-altogether": {} }, 'there is no rule "made-up-altogether".'],
    [
      { "no-privileged": { exemt: [exemption] } },
      'no-privileged: there is no setting "exemt". Did you mean "exempt"?',
    ],
    [
      { "numeric-user": { lowestNumber: 1 } },
      'numeric-user: there is no setting "lowestNumber". There are: minimumUser, minimumGroup,',
    ],
    [{ "numeric-user": { minimumUser: "10" } }, "numeric-user: minimumUser must be"],
    [{ "no-privileged": { enforcementLevel: "off" } }, "no-privileged: enforcementLevel must be"],
    [{ "no-privileged": "off" }, "no-privileged: enforcementLevel must be"],
    [
      { "no-privileged": { exempt: [{ name: "a", reason: "so" }] } },
      "no-privileged: exempt.0.reason",
    ],
  ])("that says %j is refused", (profile, problem) => {
    const problems = profileProblems(profile, rules);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it.each([
    [{}],
    [{ all: "advisory" }],
    [{ "no-privileged": "disabled" }],
    [{ "no-privileged": { enforcementLevel: "advisory", exempt: [exemption] } }],
  ])("may say %j", (profile) => {
    expect(profileProblems(profile, rules)).toEqual([]);
  });

  it("reports all that is wrong at once", () => {
    const profile = { nothing: {}, "no-privileged": { exemt: [], exempt: "all" } };
    expect(profileProblems(profile, rules)).toHaveLength(3);
  });
});
