import type { Accel } from "@framewright/contracts/job.ts";
import type { Encoder } from "./encoder.ts";
import { nvenc } from "./nvenc.ts";
import { software } from "./software.ts";
import { vaapi } from "./vaapi.ts";

export const encoders = { cpu: software, nvenc, vaapi } as const satisfies Record<Accel, Encoder>;
