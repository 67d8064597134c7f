import { textAt, type JsonObject } from "../../kit/json.ts";
import { messageOf } from "../../kit/errors.ts";
import type { Engine } from "../../kit/engine.ts";
import { identityOf, type Cluster } from "../client/cluster.ts";
import { watchObjects } from "../client/watch.ts";
import { annotation, annotations, hasTrueAnnotation, qualifiedName } from "../object.ts";
import { explain } from "./explain.ts";
import { podProblems } from "./pods.ts";
import { ruleFor, type Related, type Rule } from "./rules.ts";
import { waiting, type Verdict } from "./verdict.ts";
import { customWait } from "./wait-for.ts";

export interface Waiting {
  cluster: Cluster;
  engine: Engine;
  urn: string;
  /** The program's inputs: their annotations steer the wait. */
  inputs: JsonObject;
  /** From customTimeouts; 0 when not set. */
  timeoutSeconds: number;
  signal: AbortSignal;
}

/** The object as last seen, and why it is not ready if it is not. */
export interface Outcome {
  object: JsonObject;
  reasons: readonly string[];
}

/** How long, in milliseconds, evidence is collected after a failure. */
const explainMs = 10_000;

/** Seconds that an operation may wait: customTimeouts, then the annotation, then the kind's own figure. */
export function timeoutOf(inputs: JsonObject, custom: number, fallback: number): number {
  if (custom > 0) return custom;
  const annotated = Number(annotation(inputs, annotations.timeoutSeconds) ?? Number.NaN);
  return Number.isFinite(annotated) && annotated > 0 ? annotated : fallback;
}

/** The rule by which an object is waited for, or undefined if there is nothing to wait for. */
async function ruleOf(
  inputs: JsonObject,
  live: JsonObject,
  cluster: Cluster,
): Promise<Rule | undefined> {
  if (hasTrueAnnotation(inputs, annotations.skipAwait)) return undefined;
  const custom = customWait(inputs);
  if (custom !== undefined) return { timeoutSeconds: 600, decide: custom };
  const rule = ruleFor(live);
  if (rule?.skip !== undefined && (await rule.skip(live, cluster))) return undefined;
  return rule;
}

/** Watches one object and what belongs to it until a verdict is final. */
class Watcher {
  readonly #rule: Rule;
  readonly #options: Waiting;
  readonly #done = new AbortController();
  object: JsonObject;
  related: readonly JsonObject[] = [];
  verdict: Verdict = waiting("nothing is known yet");
  watchesPods = false;
  /** Why what belongs to the object cannot be watched. */
  blind: string | undefined;

  constructor(rule: Rule, object: JsonObject, options: Waiting) {
    this.#rule = rule;
    this.object = object;
    this.#options = options;
  }

  async run(timeoutMs: number): Promise<void> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([this.#options.signal, this.#done.signal, timeout]);
    const related = this.#rule.related?.(this.object);
    this.watchesPods = related?.pods ?? false;
    await Promise.all([this.#watchSelf(signal), this.#watchRelated(related, signal)]);
  }

  async #watchSelf(signal: AbortSignal): Promise<void> {
    const { cluster } = this.#options;
    const identity = identityOf(this.object);
    const query = { fieldSelector: `metadata.name=${identity.name}` };
    const listener = ([found]: readonly JsonObject[]): void => {
      // Items of a list come without their own kind.
      const { apiVersion, kind } = identity;
      this.#seen(found === undefined ? undefined : { apiVersion, kind, ...found });
    };
    await watchObjects(cluster.http, await cluster.collection(identity), query, {
      signal,
      listener,
    });
  }

  async #watchRelated(related: Related | undefined, signal: AbortSignal): Promise<void> {
    if (related === undefined) return;
    const listener = (objects: readonly JsonObject[]): void => {
      this.related = objects;
      this.#judge();
    };
    const { http } = this.#options.cluster;
    await watchObjects(http, related.path, related.query, { signal, listener }).catch(
      (error: unknown) => {
        this.blind = messageOf(error);
      },
    );
  }

  #seen(object: JsonObject | undefined): void {
    if (object === undefined) {
      this.verdict = { state: "failed", message: "it was deleted while it was waited for" };
      this.#done.abort();
      return;
    }
    this.object = object;
    this.#judge();
  }

  #judge(): void {
    this.verdict = this.#rule.decide(this.object, this.related);
    if (this.verdict.state === "waiting") this.#show(this.verdict.message);
    else this.#done.abort();
  }

  #show(message: string): void {
    const problems = this.watchesPods ? podProblems(this.related, 2) : [];
    const kind = textAt(this.object, "kind") ?? "";
    const what = `[1/2] Waiting for ${kind} "${qualifiedName(this.object)}"`;
    const text = `${what}: ${[message, ...problems].join("; ")}`;
    this.#options.engine.status(this.#options.urn, text);
  }
}

function endText(options: Waiting, verdict: Verdict, seconds: number): string {
  const message = verdict.state === "ready" ? "" : verdict.message;
  if (verdict.state === "failed") return message;
  if (options.signal.aborted) return `the operation was cancelled while waiting: ${message}`;
  return `it was not ready after ${seconds.toString()} s: ${message}`;
}

/** Waits until an object is ready; the outcome has reasons if it will not be, or was not in time. */
export async function awaitReady(live: JsonObject, options: Waiting): Promise<Outcome> {
  const rule = await ruleOf(options.inputs, live, options.cluster);
  if (rule === undefined) return { object: live, reasons: [] };
  const seconds = timeoutOf(options.inputs, options.timeoutSeconds, rule.timeoutSeconds);
  const watcher = new Watcher(rule, live, options);
  await watcher.run(seconds * 1000);
  options.engine.status(options.urn, "");
  const { object, verdict } = watcher;
  if (verdict.state === "ready") return { object, reasons: [] };
  const kind = textAt(live, "kind") ?? "";
  const head = `${kind} "${qualifiedName(object)}": ${endText(options, verdict, seconds)}`;
  const blind =
    watcher.blind === undefined ? [] : [`what belongs to it cannot be seen: ${watcher.blind}`];
  const pods = kind === "Pod" ? [object] : watcher.watchesPods ? watcher.related : [];
  const signal = AbortSignal.timeout(explainMs);
  const evidence = options.signal.aborted
    ? []
    : await explain(options.cluster, object, pods, signal);
  return { object, reasons: [head, ...blind, ...evidence] };
}

/** One look at an object, for a refresh: what keeps it from being ready right now. */
export async function readinessProblems(
  live: JsonObject,
  inputs: JsonObject,
  cluster: Cluster,
): Promise<string[]> {
  const rule = await ruleOf(inputs, live, cluster);
  if (rule === undefined) return [];
  const related = rule.related?.(live);
  const objects = related === undefined ? [] : await cluster.list(related.path, related.query);
  const verdict = rule.decide(live, objects);
  if (verdict.state === "ready") return [];
  const problems = related?.pods === true ? podProblems(objects, 3) : [];
  const kind = textAt(live, "kind") ?? "";
  return [`${kind} "${qualifiedName(live)}" is not ready: ${verdict.message}`, ...problems];
}
