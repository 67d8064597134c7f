import type { Accel } from "@framewright/contracts/job.ts";
import type { Encoder } from "./encoder.ts";
import { nvenc } from "./nvenc.ts";
import { vaapi } from "./vaapi.ts";
import { x264 } from "./x264.ts";

export const encoders = { cpu: x264, nvenc, vaapi } as const satisfies Record<Accel, Encoder>;
