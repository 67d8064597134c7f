import { Type, type TObject } from "typebox";
import { Value } from "typebox/value";
import { nearest } from "../../config/nearest.ts";
import { isRecord } from "../records.ts";

/** What a profile can say of a rule. */
export interface RuleSettings {
  readonly name: string;
  readonly settings: TObject;
}

const level = Type.Enum(["mandatory", "advisory", "disabled"]);
const levelKey = "enforcementLevel";

function unknownSetting(rule: string, key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const remedy = near === undefined ? `There are: ${known.join(", ")}` : `Did you mean "${near}"?`;
  return `${rule}: there is no setting "${key}". ${remedy}`;
}

function wrongValues(rule: string, schema: TObject, value: unknown): string[] {
  return Value.Errors(schema, value).map(({ instancePath, message }) => {
    const path = instancePath.slice(1).replaceAll("/", ".");
    return `${rule}: ${path === "" ? "it" : path} ${message}`;
  });
}

function problemsOf({ name, settings }: RuleSettings, value: unknown): string[] {
  // The short form, `"rule": "disabled"`.
  if (!isRecord(value))
    return wrongValues(name, Type.Object({ [levelKey]: level }), { [levelKey]: value });
  const schema = Type.Object({
    ...Type.Partial(settings).properties,
    [levelKey]: Type.Optional(level),
  });
  const known = Object.keys(schema.properties);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  return [
    ...unknown.map((key) => unknownSetting(name, key, known)),
    ...wrongValues(name, schema, value),
  ];
}

/**
 * What in a profile the pack does not know. Pulumi passes over names that it does not know without a word, and a rule
 * that somebody believes to be set is not.
 */
export function profileProblems(
  profile: Readonly<Record<string, unknown>>,
  rules: readonly RuleSettings[],
): string[] {
  const names = rules.map(({ name }) => name);
  return Object.entries(profile).flatMap(([key, value]) => {
    if (key === "all") return []; // Pulumi's name for every rule
    const rule = rules.find(({ name }) => name === key);
    if (rule !== undefined) return problemsOf(rule, value);
    const near = nearest(key, names);
    return `there is no rule "${key}".${near === undefined ? "" : ` Did you mean "${near}"?`}`;
  });
}
