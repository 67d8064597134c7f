import { Type } from "typebox";
import { Value } from "typebox/value";
import { describe, expect, it, test } from "vitest";
import { rules } from "../../../policy/rules.ts";
import { sarifLog } from "../../../tools/policy/sarif.ts";
import { finding, outcome, refused, report } from "./reports.ts";

const text = Type.Object({ text: Type.String({ minLength: 1 }) });
const level = Type.Enum(["none", "note", "warning", "error"]);
const strict = { additionalProperties: false };

const physicalLocation = Type.Object(
  {
    artifactLocation: Type.Object({
      uri: Type.String({ pattern: "^[^/]" }),
      uriBaseId: Type.Literal("%SRCROOT%"),
    }),
    region: Type.Object({ startLine: Type.Integer({ minimum: 1 }) }),
  },
  strict,
);

/** The parts of SARIF 2.1.0 (OASIS, appendix on the schema) that a log of ours has, and no others. */
const Log = Type.Object(
  {
    $schema: Type.String(),
    version: Type.Literal("2.1.0"),
    runs: Type.Array(
      Type.Object(
        {
          tool: Type.Object({
            driver: Type.Object({
              name: Type.String(),
              rules: Type.Array(
                Type.Object(
                  {
                    id: Type.String(),
                    shortDescription: text,
                    fullDescription: text,
                    help: Type.Object({ text: Type.String(), markdown: Type.String() }, strict),
                    helpUri: Type.String({ pattern: "^https://" }),
                    defaultConfiguration: Type.Object({ level }, strict),
                    properties: Type.Object({
                      tags: Type.Array(Type.String()),
                      precision: Type.Enum(["very-high", "high", "medium", "low"]),
                      "security-severity": Type.String({ pattern: "^(10|[0-9])\\.[0-9]$" }),
                    }),
                  },
                  strict,
                ),
              ),
            }),
          }),
          automationDetails: Type.Object({ id: Type.String({ pattern: "/$" }) }, strict),
          invocations: Type.Array(
            Type.Object(
              {
                executionSuccessful: Type.Boolean(),
                toolExecutionNotifications: Type.Array(
                  Type.Object({ level, message: text }, strict),
                ),
              },
              strict,
            ),
          ),
          results: Type.Array(
            Type.Object(
              {
                ruleId: Type.String(),
                ruleIndex: Type.Optional(Type.Integer({ minimum: 0 })),
                level,
                message: text,
                relatedLocations: Type.Array(
                  Type.Object(
                    { id: Type.Integer({ minimum: 0 }), physicalLocation, message: text },
                    strict,
                  ),
                ),
                locations: Type.Array(
                  Type.Object(
                    {
                      physicalLocation,
                      logicalLocations: Type.Array(
                        Type.Object({
                          name: Type.String(),
                          fullyQualifiedName: Type.String(),
                          kind: Type.String(),
                        }),
                      ),
                    },
                    strict,
                  ),
                  { minItems: 1 },
                ),
                partialFingerprints: Type.Record(Type.String(), Type.String()),
              },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
  },
  strict,
);

function logOf(...made: Parameters<typeof sarifLog>[0]) {
  return Value.Parse(Log, JSON.parse(JSON.stringify(sarifLog(made, rules)))).runs[0]!;
}

const [known] = rules;
const named = { ...finding, rule: known!.name };

test("a log has every rule of the pack, with help and a number for its severity", () => {
  const { tool } = logOf();
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(rules.map(({ name }) => name));
  const severities = new Map(rules.map(({ name, severity }) => [name, severity]));
  const floor = { critical: 9, high: 7, medium: 4, low: 0 };
  for (const { id, properties } of tool.driver.rules) {
    expect(Number(properties["security-severity"])).toBeGreaterThan(floor[severities.get(id)!]);
  }
});

describe("a violation in a log", () => {
  it("names its rule, the stack's file, and the resource as logical location", () => {
    const [result] = logOf(report(refused(named))).results;
    expect(result).toMatchObject({
      ruleId: known!.name,
      ruleIndex: 0,
      level: "error",
      message: {
        text: 'Deployment shop/cart: container "main" is open (dev-gke). Fix: close it.',
      },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "Pulumi.dev.yaml" } },
          logicalLocations: [{ name: "Deployment shop/cart", fullyQualifiedName: finding.urn }],
        },
      ],
    });
  });

  it("is a warning where the rule is advice", () => {
    const advice = outcome({ findings: [{ ...named, level: "advisory" }] });
    expect(logOf(report(advice)).results.map((result) => result.level)).toEqual(["warning"]);
  });

  it("of a rule that the pack lacks has no index", () => {
    expect(logOf(report(refused(finding))).results[0]).not.toHaveProperty("ruleIndex");
  });

  it("is at the line of the program that made the resource, with those on the way to it", () => {
    const places = [
      "services/kit/workloads/workload.ts:31",
      "services/api/api.ts:77",
      "services/index.ts:48",
    ];
    const made = report(refused(named));
    const violations = made.violations.map((one) => ({ ...one, places }));
    const [result] = logOf({ ...made, violations }).results;
    const at = (uri: string, startLine: number) => ({
      artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
      region: { startLine },
    });
    expect(result!.locations[0]!.physicalLocation).toEqual(at("services/api/api.ts", 77));
    expect(result!.relatedLocations.map(({ physicalLocation }) => physicalLocation)).toEqual([
      at("services/kit/workloads/workload.ts", 31),
      at("services/index.ts", 48),
    ]);
  });

  it("is one alert, however many stacks have it, and keeps its identity", () => {
    const made = [report(refused(named)), report(refused(named), { name: "prod-eks" })];
    const [result, ...others] = logOf(...made).results;
    expect(others).toEqual([]);
    expect(result!.message.text).toContain("(dev-gke, prod-eks)");
    const [alone] = logOf(made[0]!).results;
    expect(result!.partialFingerprints).toEqual(alone!.partialFingerprints);
  });

  it("is another alert where another resource has it", () => {
    const other = { ...named, message: named.message.replace("shop/cart", "shop/till") };
    const prints = logOf(report(refused(named, other))).results.map(
      ({ partialFingerprints }) => partialFingerprints["violation/v2"],
    );
    expect(new Set(prints).size).toBe(2);
  });
});

test("a rule leads to its documentation, where that has an address", () => {
  const docs = "https://example.com/policies.md";
  const [rule] = sarifLog([], rules, docs).runs[0]!.tool.driver.rules;
  expect(rule!.helpUri).toBe(`${docs}#${known!.name}`);
  expect(rule!.help.markdown).toContain(`[docs/policies.md](${docs}#${known!.name})`);
});

test("a stack that was not evaluated makes the run unsuccessful", () => {
  expect(logOf(report(outcome())).invocations[0]!.executionSuccessful).toBe(true);
  const [invocation] = logOf(report(outcome({ code: 1, evaluated: false }))).invocations;
  expect(invocation!.executionSuccessful).toBe(false);
  expect(invocation!.toolExecutionNotifications[0]!.message.text).toContain(
    "dev-gke was not evaluated to the end",
  );
});
