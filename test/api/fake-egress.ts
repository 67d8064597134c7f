import type { EgressService } from "../../api/egress/client.ts";
import type { RecorderService } from "../../api/egress/recorder-service.ts";
import { AppError } from "../../api/errors.ts";

const off = () => Promise.reject(new AppError("egress-off", "Nothing is recorded here"));
const none = (_project: unknown, id: string) =>
  Promise.reject(new AppError("egress-not-found", `There is no recording ${id}`));

/** There are no recordings, and no recorder to make one. */
export const fakeEgress: EgressService = {
  create: off,
  task: none,
  tasks: () => Promise.resolve([]),
  stop: none,
  remove: none,
  events: () => Promise.resolve([]),
  recorded: () => Promise.resolve(undefined),
  exists: () => Promise.resolve(false),
};

const lost = () => Promise.reject(new AppError("attempt-lost", "The recording is another's"));

/** There is nothing to record. */
export const fakeRecorders: RecorderService = {
  claim: () => Promise.resolve(undefined),
  heartbeat: () => Promise.resolve({ verdict: "lost" }),
  orders: () => Promise.resolve({ verdict: "lost" }),
  uploads: lost,
  segments: lost,
  pictures: lost,
  stopping: lost,
  parts: lost,
  complete: lost,
  fail: lost,
  release: lost,
};
