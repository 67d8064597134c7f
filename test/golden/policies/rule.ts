import type { Rule } from "../../../policy/kit/rule.ts";
import { renderExample, type Examples } from "./examples.ts";
import type { Profiles } from "./profiles.ts";

/** Longest default that stands beside the name of its setting. */
const longest = 90;

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

function fenced(value: unknown): string {
  return `\n\n\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\`\n`.replaceAll("\n", "\n  ");
}

function defaultOf(schema: Schema): { short: string; long: string } {
  const text = JSON.stringify(schema.default);
  if (text.length <= longest) return { short: `, by default \`${text}\``, long: "" };
  return { short: "", long: ` By default:${fenced(schema.default)}` };
}

function described({ description }: Schema): string {
  const text = (description ?? "").trim();
  return text.endsWith(".") ? text : `${text}.`;
}

/** A setting, and what each object of it is made of. */
function setting(name: string, schema: Schema): string {
  const { short, long } = defaultOf(schema);
  const parts = Object.entries(schema.items?.properties ?? schema.properties ?? {}).map(
    ([key, part]) => `  - \`${key}\`: ${described(part)}`,
  );
  return [`- \`${name}\`${short}: ${described(schema)}${long}`, ...parts].join("\n");
}

/** The setting of all rules, which the page explains once. */
const shared = ["exempt"];

function schemasOf(rule: Rule): [string, Schema][] {
  return Object.entries(rule.settings.properties as Readonly<Record<string, Schema>>);
}

/** What rules have in common, as far as one of these has it. */
export function sharedSettings(rules: readonly Rule[]): string {
  const all = new Map(rules.flatMap(schemasOf));
  const chosen = [...all].filter(([name]) => shared.includes(name));
  return chosen.map(([name, schema]) => setting(name, schema)).join("\n");
}

function settingsOf(rule: Rule): string[] {
  const entries = schemasOf(rule).filter(([name]) => !shared.includes(name));
  if (entries.length === 0) return [];
  return ["Settings:", entries.map(([name, one]) => setting(name, one)).join("\n")];
}

/** What one profile says of the rule. */
function inProfile(rule: Rule, name: keyof Profiles, profiles: Profiles): string[] {
  const found = profiles[name][rule.name];
  if (found === undefined) return [];
  const { exempt = [], enforcementLevel, ...settings } = found;
  const level = enforcementLevel === undefined ? [] : [`is \`${enforcementLevel}\``];
  const own = Object.entries(settings).map(([key, value]) => {
    const text = JSON.stringify(value);
    return text.length <= longest ? `sets \`${key}\` to \`${text}\`` : `sets \`${key}\``;
  });
  const exemptions = exempt.map(({ namespace = "", name: object, container, reason }) => {
    const place = [namespace, object, container].filter(Boolean).join("/");
    return `  - exempt \`${place}\`: ${reason}`;
  });
  const said = [...level, ...own].join(", ");
  return [`- \`${name}\`${said === "" ? "" : ` ${said}`}${exempt.length > 0 ? ":" : ""}`, ...exemptions];
}

function profilesOf(rule: Rule, profiles: Profiles): string[] {
  const names = ["baseline", "strict"] as const;
  const lines = names.flatMap((name) => inProfile(rule, name, profiles));
  return lines.length === 0 ? [] : ["In the profiles:", lines.join("\n")];
}

function facts(rule: Rule): string {
  const level = rule.level ?? "mandatory";
  const references = rule.frameworks.map(
    ({ name, version, reference, specification }) =>
      `[${name} ${version}](${reference}): ${specification}`,
  );
  return `Severity ${rule.severity} · ${level} · ${references.join("; ")}`;
}

/** The section of one rule. */
export function renderRule(rule: Rule, profiles: Profiles, examples: Examples): string {
  return [
    `### ${rule.name}`,
    `**${rule.title}.** ${rule.why}`,
    `**Fix**: ${rule.fix}.`,
    ...renderExample(rule.name, examples),
    facts(rule),
    ...settingsOf(rule),
    ...profilesOf(rule, profiles),
  ].join("\n\n");
}
