import { UnknownValueError } from "@pulumi/policy";

/** The package exports the class without its type. */
function isUnknownValue(error: unknown): error is Error {
  return error instanceof UnknownValueError;
}

/** The value, or undefined while it is unknown: for names in messages, never for what a rule evaluates. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnknownValue(error)) return undefined;
    throw error;
  }
}

/**
 * Pulumi turns a mandatory rule that meets an unknown value into advice, and the preview passes. Here the unknown is
 * itself what is reported.
 */
export function reportingUnknowns(report: (message: string) => void, evaluate: () => void): void {
  try {
    evaluate();
  } catch (error) {
    if (!isUnknownValue(error)) throw error;
    const path = / value at \.(\S+) /.exec(error.message)?.[1] ?? "a value";
    report(
      `${path} is not known before the update, so that this rule cannot evaluate it; write it as a literal`,
    );
  }
}
