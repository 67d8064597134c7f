import { programs as access } from "./access.ts";
import { programs as availability } from "./availability.ts";
import { programs as cloud } from "./cloud.ts";
import { programs as containers } from "./containers.ts";
import { programs as gpu } from "./gpu.ts";
import { programs as pods } from "./pods.ts";
import { shop, type Programs } from "./program.ts";

/** By the file that has them. */
export const files: Readonly<Record<string, Programs>> = {
  "access.ts": access,
  "availability.ts": availability,
  "cloud.ts": cloud,
  "containers.ts": containers,
  "gpu.ts": gpu,
  "pods.ts": pods,
};

/** By rule, the program that it alone refuses. */
export const refused = new Map(
  Object.values(files).flatMap((programs) => Object.entries(programs)),
);

/** A program that no rule refuses. */
export const valid = shop();
