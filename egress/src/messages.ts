import { Type, type Static } from "typebox";
import { EgressLease } from "@framewright/contracts/recorder-api.ts";

/** What the controller tells the process that records a task. */
export const Order = Type.Union([
  Type.Object({
    type: Type.Literal("record"),
    lease: EgressLease,
    scratch: Type.String(),
    ticket: Type.String(),
    /** By which the sound of a page is put off. */
    soundDelayMs: Type.Number(),
  }),
  Type.Object({ type: Type.Literal("stop") }),
  Type.Object({ type: Type.Literal("hand-over") }),
]);
export type Order = Static<typeof Order>;

/** What was found in the recording of the recorder's own page. */
export const Measured = Type.Object({
  /** Pictures that were due. */
  pictures: Type.Integer(),
  /** Those of them that differ from the one before. */
  fresh: Type.Integer(),
  /** Of each beep against its flash: later sound is positive. */
  offsetsMs: Type.Array(Type.Number()),
});
export type Measured = Static<typeof Measured>;

/** What the process that records tells. `alive` comes all the time: one that hangs is killed. */
export const Report = Type.Union([
  Type.Object({ type: Type.Literal("alive"), seconds: Type.Number() }),
  Type.Object({ type: Type.Literal("done"), how: Type.Enum(["settled", "handed-over", "lost"]) }),
]);
export type Report = Static<typeof Report>;

export const aliveEveryMs = 2_000;
