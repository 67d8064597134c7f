import { createHash } from "node:crypto";
import type { Severity } from "./engine-events.ts";
import { fileAndLine, mainPlace } from "./places.ts";
import { grouped, type Grouped, type StackReport } from "./report.ts";

/** What SARIF has of a rule of the pack. */
export interface RuleMetadata {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly severity: Severity;
  readonly level?: "advisory";
  readonly frameworks: readonly {
    readonly name: string;
    readonly version: string;
    readonly reference: string;
    readonly specification: string;
  }[];
}

/** GitHub sorts alerts by these numbers: above 9 critical, from 7 high, from 4 medium. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
};

function levelOf(level: "mandatory" | "advisory"): "error" | "warning" {
  return level === "mandatory" ? "error" : "warning";
}

function exempting(name: string, docs: string | undefined): string {
  const page = docs === undefined ? "`docs/policies.md`" : `[docs/policies.md](${docs}#${name})`;
  return `Settings, and how to exempt something with a reason: ${page}.`;
}

function ruleOf(rule: RuleMetadata, docs: string | undefined) {
  const { name, title, why, fix, severity, level, frameworks } = rule;
  const sources = frameworks.map(
    (one) => `- [${one.name} ${one.version}](${one.reference}): ${one.specification}`,
  );
  return {
    id: name,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: why },
    help: {
      text: `${why} Fix: ${fix}.`,
      markdown: [why, `**Fix**: ${fix}.`, exempting(name, docs), sources.join("\n")].join("\n\n"),
    },
    helpUri: docs === undefined ? frameworks[0]?.reference : `${docs}#${name}`,
    defaultConfiguration: { level: levelOf(level ?? "mandatory") },
    properties: {
      tags: ["security", "kubernetes", "pulumi"],
      precision: "high",
      "security-severity": securitySeverity[severity],
    },
  };
}

/** The same violation keeps its identity from run to run, also when a line moves or another stack has it as well. */
function fingerprint({ rule, resource, problem }: Grouped): string {
  return createHash("sha256").update([rule, resource, problem].join("\n")).digest("hex");
}

function physical(file: string, line: number) {
  return { artifactLocation: { uri: file, uriBaseId: "%SRCROOT%" }, region: { startLine: line } };
}

/** Code scanning wants a line: the one of the program that made the resource, or else the stack's file. */
function locationsOf({ urns, resource, places }: Grouped, file: string) {
  const [main, ...others] = [...new Set([mainPlace(places), ...places])]
    .filter((place) => place !== undefined)
    .map(fileAndLine);
  const at = main ?? { file, line: 1 };
  return {
    locations: [
      {
        physicalLocation: physical(at.file, at.line),
        logicalLocations: urns.map((urn) => ({
          name: resource,
          fullyQualifiedName: urn === "" ? resource : urn,
          kind: "resource",
        })),
      },
    ],
    relatedLocations: others.map((other, index) => ({
      id: index + 1,
      physicalLocation: physical(other.file, other.line),
      message: { text: "on the way to it" },
    })),
  };
}

function resultsOf(reports: readonly StackReport[], ids: readonly string[]) {
  const files = new Map(reports.map(({ stack, file }) => [stack, file]));
  return grouped(reports).map((violation) => {
    const { rule, level, resource, problem, fix, stacks } = violation;
    const index = ids.indexOf(rule);
    const remedy = fix === "" ? "" : ` Fix: ${fix}.`;
    return {
      ruleId: rule,
      ...(index < 0 ? {} : { ruleIndex: index }),
      level: levelOf(level),
      message: { text: `${resource}: ${problem} (${stacks.join(", ")}).${remedy}` },
      ...locationsOf(violation, files.get(stacks[0] ?? "") ?? "Pulumi.yaml"),
      partialFingerprints: { "violation/v2": fingerprint(violation) },
    };
  });
}

function notificationsOf(reports: readonly StackReport[]) {
  return reports.flatMap(({ stack, failure }) =>
    failure === undefined
      ? []
      : [
          {
            level: "error",
            message: { text: `${stack} was not evaluated to the end. ${failure}` },
          },
        ],
  );
}

/**
 * A log in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), as code scanning takes it. `docs` is
 * the address of docs/policies.md, where it has one.
 */
export function sarifLog(
  reports: readonly StackReport[],
  rules: readonly RuleMetadata[],
  docs?: string,
) {
  const ids = rules.map(({ name }) => name);
  const notifications = notificationsOf(reports);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "framewright-policy", rules: rules.map((rule) => ruleOf(rule, docs)) },
        },
        automationDetails: { id: "policy/" },
        invocations: [
          {
            executionSuccessful: notifications.length === 0,
            toolExecutionNotifications: notifications,
          },
        ],
        results: resultsOf(reports, ids),
      },
    ],
  };
}
