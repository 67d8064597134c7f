import { InitFailed, PluginError } from "../../../tools/plugins/kit/errors.ts";
import grpc from "@grpc/grpc-js";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import { withSecretsOf } from "../../../tools/plugins/kit/properties.ts";
import type { Subject } from "../../../tools/plugins/kit/provider.ts";
import { delayed, faultFor, type Fault, type Operation } from "./faults.ts";
import type { Cloud, Row } from "./row.ts";
import type { SdkSchema } from "./schema/sdk-schema.ts";
import type { Shaper } from "./shape.ts";
import type { CloudStore } from "./store.ts";

/** What all operations of one provider process share. */
export interface Session {
  readonly cloud: Cloud;
  readonly schema: SdkSchema;
  readonly store: CloudStore;
  readonly signal: AbortSignal;
  config: JsonObject;
}

export function rowOf(session: Session, type: string): Row {
  const row = session.cloud.rows.get(type);
  if (row !== undefined) return row;
  throw new PluginError(
    grpc.status.UNIMPLEMENTED,
    `the stand-in for ${session.cloud.name} has no row for the resource type ${type}; ` +
      `add one under test/standins/${session.cloud.name}`,
  );
}

export function shaperOf(session: Session, type: string): Shaper {
  const { cloud, schema } = session;
  return { cloud, schema, type, row: rowOf(session, type) };
}

/**
 * The fault that an operation meets. One with an error fails here, before the cloud has done anything; one without
 * delays the answer, when everything is done.
 */
export async function meetFault(
  session: Session,
  subject: Subject,
  physicalName: string,
  operation: Operation,
): Promise<Fault | undefined> {
  const fault = faultFor(session.store.folder, {
    provider: session.cloud.name,
    type: subject.type,
    names: [subject.name, physicalName],
    operation,
  });
  if (fault?.error === undefined) return fault;
  await delayed(fault, session.signal);
  throw new Error(fault.error);
}

export interface Outcome {
  readonly id: string;
  readonly outputs: JsonObject;
  /** With secrets. */
  readonly inputs: JsonObject;
}

export function properties(outcome: Outcome): JsonObject {
  return withSecretsOf(outcome.outputs, outcome.inputs);
}

/** The resource is there, but the operation did not come to its end: the engine keeps it, with the reason. */
export function unfinished(outcome: Outcome, reason: string): InitFailed {
  const { id, inputs } = outcome;
  return new InitFailed({ id, inputs, properties: properties(outcome), reasons: [reason] });
}

/** Delays the answer as a fault asks for. */
export async function answered(
  session: Session,
  fault: Fault | undefined,
  outcome: Outcome,
): Promise<void> {
  if (await delayed(fault, session.signal)) {
    throw unfinished(outcome, "the operation was cancelled while the cloud was working on it");
  }
}
