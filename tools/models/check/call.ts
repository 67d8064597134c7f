/** A model on a busy CPU needs minutes for its first request. */
const limitMs = 180_000;

export interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Throws in the user's words where no answer comes. */
export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const began = performance.now();
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(limitMs) });
    const bytes = Buffer.from(await response.arrayBuffer());
    const type = response.headers.get("content-type") ?? "";
    return { status: response.status, ms: performance.now() - began, type, bytes };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${init.method ?? "GET"} ${url} has no answer: ${why}`, { cause: error });
  }
}

export function postJson(url: string, body: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return call(url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The body as JSON; undefined where it is none. */
export function jsonOf({ bytes }: Answer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return value;
  } catch {
    return undefined;
  }
}

/** A part of a JSON document, `error.message`; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    const part: unknown = Object.getOwnPropertyDescriptor(inner, key)?.value;
    return part;
  }, value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The beginning of what came, on one line. */
export function excerpt({ bytes }: Answer): string {
  const text = bytes.subarray(0, 160).toString("utf8");
  return text.replaceAll(/[^\P{C}]+|\s+/gu, " ").trim();
}
