import { TargetRefused } from "@framewright/runtime/outbound-url.ts";
import { JobFailure, type FailureCode } from "../failure.ts";

/** What Node calls a certificate that it does not accept. */
const certificateCode =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** An error and what caused it, the outermost first; one attempt on each address of a host fails for itself. */
function chain(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...inner.flatMap(chain), ...chain(error.cause)];
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Why a source could not be fetched. Notes name no address that the DNS gave: a private one is nothing for strangers. */
export function fetchFailure(error: unknown): unknown {
  const errors = chain(error);
  const known = errors.find((one) => one instanceof JobFailure);
  if (known) return known;
  const refused = errors.find((one) => one instanceof TargetRefused);
  if (refused) {
    return new JobFailure("source-address-refused", { note: `${refused.message}.`, cause: error });
  }
  const codes = errors.map(codeOf).filter((code) => code !== "");
  if (codes.includes("ENOSPC")) return error;
  if (codes.includes("ENOTFOUND")) return new JobFailure("source-host-unknown", { cause: error });
  const certificate = codes.find((code) => certificateCode.test(code));
  if (certificate !== undefined) {
    return new JobFailure("source-certificate-refused", { note: `${certificate}.`, cause: error });
  }
  const [code] = codes;
  return new JobFailure("source-unreachable", {
    ...(code !== undefined && { note: `${code}.` }),
    cause: error,
  });
}

/** By status of the answer; all others are refusals. */
const byStatus: ReadonlyMap<number, FailureCode> = new Map([
  [401, "source-forbidden"],
  [403, "source-forbidden"],
  [404, "source-not-found"],
  [410, "source-not-found"],
  [408, "source-unavailable"],
  [425, "source-unavailable"],
  [429, "source-unavailable"],
]);

export function statusFailure(status: number): JobFailure {
  const code = byStatus.get(status) ?? (status >= 500 ? "source-unavailable" : "source-refused");
  return new JobFailure(code, { note: `The server answered ${status}.` });
}
