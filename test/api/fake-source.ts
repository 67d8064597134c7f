import type { JobInput } from "@framewright/contracts/job-input.ts";
import type { SourceColumns } from "../../api/jobs/rows.ts";

export const noSource: SourceColumns = {
  ...{ upload_id: null, source_url: null, source_job: null, source_output: null },
  ...{ source_recording: null, source_bucket: null, source_key: null },
};

/** As a row has it. */
export function columnsOf(input: JobInput): SourceColumns {
  if ("url" in input) return { ...noSource, source_url: input.url };
  if ("jobId" in input) {
    return { ...noSource, source_job: input.jobId, source_output: input.output };
  }
  if ("bucket" in input) {
    return { ...noSource, source_bucket: input.bucket, source_key: input.key };
  }
  if ("recordingId" in input) return { ...noSource, source_recording: input.recordingId };
  return { ...noSource, upload_id: input.uploadId };
}
