import { Type, type Static } from "typebox";
import { EgressLease } from "@framewright/contracts/recorder-api.ts";

/** What the controller tells the process that records a task. */
export const Order = Type.Union([
  Type.Object({
    type: Type.Literal("record"),
    lease: EgressLease,
    scratch: Type.String(),
    ticket: Type.String(),
  }),
  Type.Object({ type: Type.Literal("stop") }),
  Type.Object({ type: Type.Literal("hand-over") }),
]);
export type Order = Static<typeof Order>;

/** What that process tells. `alive` comes all the time: one that hangs is killed. */
export const Report = Type.Union([
  Type.Object({ type: Type.Literal("alive"), seconds: Type.Number() }),
  Type.Object({ type: Type.Literal("done"), how: Type.Enum(["settled", "handed-over", "lost"]) }),
]);
export type Report = Static<typeof Report>;

export const aliveEveryMs = 2_000;
