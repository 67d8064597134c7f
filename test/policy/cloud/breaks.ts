import { describe, expect, it } from "vitest";
import type { Rule } from "../../../policy/kit/rule.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import { awsResources } from "./aws.ts";
import { gcpResources } from "./gcp.ts";

/** One property of one resource, what it must not be, and what the rule says then. */
export interface Break {
  readonly of: TestResource;
  /** Where: `settings.ipConfiguration.sslMode`; a number is an index. */
  readonly path: string;
  /** Values that are wrong, beside its absence. */
  readonly wrong?: readonly unknown[];
  readonly says: string;
  /** That it is absent is right. */
  readonly optional?: true;
  /** A value that only the update knows is as good as a right one. */
  readonly mayBeUnknown?: true;
  readonly config?: Readonly<Record<string, unknown>>;
}

const valid = [...awsResources, ...gcpResources];

function keysOf(path: string): (string | number)[] {
  return path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** The valid program in which one resource is another one. */
export function programWith(changed: TestResource): readonly TestResource[] {
  const isThere = valid.some(({ type, name }) => type === changed.type && name === changed.name);
  const others = valid.filter(({ type, name }) => type !== changed.type || name !== changed.name);
  return isThere ? [...others, changed] : [...valid, changed];
}

/** The valid program without one resource. */
export function programWithout({ type }: TestResource): readonly TestResource[] {
  return valid.filter((one) => one.type !== type);
}

function judged(rule: Rule, one: Break, value: unknown): string[] {
  const changed = withValue(one.of, keysOf(one.path), value);
  return evaluateStack(rule, programWith(changed), { config: one.config ?? {} });
}

/** What holds of every rule about clouds. */
export function describeBreaks(rule: Rule, breaks: readonly Break[]): void {
  describe(rule.name, () => {
    it.each([{}, { unknownProvider: true }, { stackOnly: true }])(
      "says nothing of a valid program, seen in a preview as %o",
      (options) => {
        expect(evaluateStack(rule, valid, options)).toEqual([]);
      },
    );

    const wrongs = breaks.flatMap((one) =>
      [...(one.optional === true ? [] : [undefined]), ...(one.wrong ?? [])].map(
        (value) => [one.of.type, one.path, value, one] as const,
      ),
    );
    it.each(wrongs)("reports a %s whose %s is %j", (type, _, value, one) => {
      const said = judged(rule, one, value);
      expect(said.join("\n")).toContain(`${type} shop: ${one.says}`);
      expect(said.join("\n")).toContain(`. Fix: ${rule.fix}.`);
    });

    it.each(breaks.map((one) => [one.of.type, one.path, one] as const))(
      "judges a %s whose %s only the update knows",
      (_, path, one) => {
        const said = judged(rule, one, unknown);
        if (one.mayBeUnknown === true) expect(said).toEqual([]);
        else expect(said).toContainEqual(expect.stringMatching(`${path}.* is not known before`));
      },
    );

    it("leaves alone what is exempt, and nothing else", () => {
      const [one] = breaks.filter(({ wrong = [], optional }) => wrong.length > 0 || !optional);
      const value = one?.optional === true ? one.wrong?.[0] : undefined;
      const exempt = (name: string) => ({
        ...one!,
        config: { ...one?.config, exempt: [{ name, reason: "agreed upon for this test" }] },
      });
      expect(judged(rule, exempt("shop"), value)).toEqual([]);
      expect(judged(rule, exempt("other"), value).length).toBeGreaterThan(0);
    });
  });
}
