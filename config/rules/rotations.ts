import { when, type Rule } from "./rule.ts";

/** The cloud's own resource has that password, and the server is the cloud's. */
export const ownersPasswordIsOurs: Rule = ({ rotations, postgres }) =>
  when(rotations.databaseOwner > 0 && postgres.managed !== undefined, () => ({
    path: "rotations.databaseOwner",
    problem: "must be 0 where postgres.managed is set, whose owner is a resource of the cloud",
    remedy:
      "remove it, and replace the password with `pulumi up --replace` (docs/runbooks/rotate-secrets.md)",
  }));
