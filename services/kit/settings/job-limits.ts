import type { JobLimits } from "@framewright/contracts/job-limits.ts";

/** What the stack config says of jobs. */
export interface JobLimitsSection extends Omit<JobLimits, "maxUploadBytes" | "urlInput"> {
  /** A quantity, such as `5Gi`. */
  readonly maxUploadBytes: string;
}

/** The variables by which the API states the limits, and workers keep them. */
export function jobLimitsEnv({ maxSourceSeconds, encode }: JobLimitsSection) {
  return {
    MAX_SOURCE_SECONDS: maxSourceSeconds,
    ENCODE_FREE_SECONDS: encode.freeSeconds,
    ENCODE_SECONDS_PER_MEGABYTE: encode.secondsPerMegabyte,
    ENCODE_MAX_SECONDS_720P: encode.maxSeconds["720p"],
    ENCODE_MAX_SECONDS_1080P: encode.maxSeconds["1080p"],
    ENCODE_MAX_SECONDS_2160P: encode.maxSeconds["2160p"],
  };
}
