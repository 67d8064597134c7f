import type { EgressState } from "@framewright/contracts/egress.ts";
import type {
  EgressClaim,
  EgressComplete,
  EgressFail,
  EgressLease,
  EgressOrders,
  EgressParts,
  EgressPictures,
  EgressSegment,
} from "@framewright/contracts/recorder-api.ts";
import type { EgressReason } from "@framewright/contracts/egress.ts";
import type { UploadsRequest, UploadsResponse } from "@framewright/contracts/worker-api.ts";
import { checkFiles, presignOutputs } from "../workers/output-addresses.ts";
import {
  addPictures,
  addSegments,
  beginStopping,
  readEgressOrders,
  readParts,
  renewEgress,
  requireEgressOwner,
  type EgressRef,
} from "./attempt.ts";
import { claimEgress } from "./claim.ts";
import type { EgressContext } from "./context.ts";
import { recordingPrefix } from "../jobs/rows.ts";
import { completeEgress, failEgress, releaseEgress } from "./settle.ts";

/** What the routes for recorders ask; tests put a fake in its place. */
export interface RecorderService {
  claim(recorder: string, wanted: EgressClaim): Promise<EgressLease | undefined>;
  /** Renews the lease. */
  heartbeat(ref: EgressRef): Promise<EgressOrders>;
  orders(ref: EgressRef): Promise<EgressOrders>;
  uploads(ref: EgressRef, request: UploadsRequest): Promise<UploadsResponse>;
  segments(ref: EgressRef, segments: readonly EgressSegment[]): Promise<EgressOrders>;
  pictures(ref: EgressRef, pictures: EgressPictures["pictures"]): Promise<EgressOrders>;
  stopping(ref: EgressRef, reason: EgressReason): Promise<EgressOrders>;
  parts(ref: EgressRef, offset: number): Promise<EgressParts>;
  complete(ref: EgressRef, result: EgressComplete): Promise<EgressState>;
  fail(ref: EgressRef, failure: EgressFail): Promise<EgressState>;
  release(ref: EgressRef): Promise<EgressState>;
}

export function createRecorderService(context: EgressContext): RecorderService {
  const { db, store } = context;
  return {
    claim: (recorder, wanted) => claimEgress(context, recorder, wanted),
    heartbeat: (ref) => renewEgress(context, ref),
    orders: (ref) => readEgressOrders(db, ref),
    uploads: async (ref, request) => {
      checkFiles(request.files);
      await requireEgressOwner(db, ref);
      const prefix = recordingPrefix(ref.egressId, ref.attempt);
      return presignOutputs(store, prefix, { ...request, side: "inside" });
    },
    segments: (ref, segments) => addSegments(context, ref, segments),
    pictures: (ref, pictures) => addPictures(context, ref, pictures),
    stopping: (ref, reason) => beginStopping(context, ref, reason),
    parts: (ref, offset) => readParts(context, ref, offset),
    complete: (ref, result) => completeEgress(context, ref, result),
    fail: (ref, failure) => failEgress(context, ref, failure),
    release: (ref) => releaseEgress(context, ref),
  };
}
