import { createHash } from "node:crypto";
import type { Severity } from "./engine-events.ts";
import type { StackReport, Violation } from "./report.ts";

/** What SARIF tells of a rule of the pack. */
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

function ruleOf({ name, title, why, fix, severity, level, frameworks }: RuleMetadata) {
  const sources = frameworks.map(
    (one) => `- [${one.name} ${one.version}](${one.reference}): ${one.specification}`,
  );
  return {
    id: name,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: why },
    help: {
      text: `${why} Fix: ${fix}.`,
      markdown: [why, `**Fix**: ${fix}.`, sources.join("\n")].join("\n\n"),
    },
    helpUri: frameworks[0]?.reference,
    defaultConfiguration: { level: levelOf(level ?? "mandatory") },
    properties: {
      tags: ["security", "kubernetes", "pulumi"],
      precision: "high",
      "security-severity": securitySeverity[severity],
    },
  };
}

/** The same violation of the same stack keeps its identity from run to run. */
function fingerprint(stack: string, { rule, urn, problem }: Violation): string {
  return createHash("sha256").update([stack, rule, urn, problem].join("\n")).digest("hex");
}

/** Code scanning wants a file; the resource itself is the logical location. */
function locationOf(file: string, { urn, resource }: Violation) {
  return {
    physicalLocation: {
      artifactLocation: { uri: file, uriBaseId: "%SRCROOT%" },
      region: { startLine: 1 },
    },
    logicalLocations: [
      { name: resource, fullyQualifiedName: urn === "" ? resource : urn, kind: "resource" },
    ],
  };
}

function resultsOf({ stack, file, violations }: StackReport, ids: readonly string[]) {
  return violations.map((violation) => {
    const { rule, level, resource, problem, fix } = violation;
    const index = ids.indexOf(rule);
    const remedy = fix === "" ? "" : ` Fix: ${fix}.`;
    return {
      ruleId: rule,
      ...(index < 0 ? {} : { ruleIndex: index }),
      level: levelOf(level),
      message: { text: `${stack}: ${resource}: ${problem}.${remedy}` },
      locations: [locationOf(file, violation)],
      partialFingerprints: { "violation/v1": fingerprint(stack, violation) },
    };
  });
}

function notificationsOf(reports: readonly StackReport[]) {
  return reports.flatMap(({ stack, failure }) =>
    failure === undefined
      ? []
      : [{ level: "error", message: { text: `${stack} was not judged to the end. ${failure}` } }],
  );
}

/** A log in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), as code scanning takes it. */
export function sarifLog(reports: readonly StackReport[], rules: readonly RuleMetadata[]) {
  const ids = rules.map(({ name }) => name);
  const notifications = notificationsOf(reports);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "framewright-policy", rules: rules.map(ruleOf) } },
        automationDetails: { id: "policy/" },
        invocations: [
          {
            executionSuccessful: notifications.length === 0,
            toolExecutionNotifications: notifications,
          },
        ],
        results: reports.flatMap((report) => resultsOf(report, ids)),
      },
    ],
  };
}
