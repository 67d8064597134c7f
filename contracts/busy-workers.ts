import { Type, type Static } from "typebox";

/** What the API tells at its private port of workers that have jobs. */
export const BusyWorkers = Type.Object({
  workers: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      seconds: Type.Number({ minimum: 0, description: "Worked on its jobs, together" }),
    }),
  ),
});
export type BusyWorkers = Static<typeof BusyWorkers>;
