import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { rules } from "../../../policy/rules.ts";
import { profile } from "../kit/goldens.ts";

export const programFolder = join(import.meta.dirname, "../programs");

/** By rule, a part of its message. */
const Expected = Type.Record(Type.String(), Type.String({ minLength: 10 }));

/** By rule, what it must say of the program that it alone refuses, and that program as `PROGRAMS` names it. */
function readRefused() {
  const folder = join(programFolder, "expected");
  return new Map(
    readdirSync(folder).flatMap((file) => {
      const theme = basename(file, ".json");
      const messages = Value.Parse(Expected, JSON.parse(readFileSync(join(folder, file), "utf8")));
      return Object.entries(messages).map(([rule, says]) => {
        return [rule, { says, program: `${theme}/${rule}` }] as const;
      });
    }),
  );
}

/** By rule. */
export const refused = readRefused();

/** What the strict profile makes of a rule. */
export function levelOf(name: string): unknown {
  const rule = rules.find((one) => one.name === name);
  return profile("strict")[name]?.["enforcementLevel"] ?? rule?.level ?? "mandatory";
}
