import { Value } from "typebox/value";
import { JobEvent, JobProgress } from "@framewright/contracts/client-api.ts";
import type { Api } from "../../../tools/demo/client.ts";
import { ask } from "./platform.ts";

export type SeenEvent =
  | { readonly kind: "state"; readonly event: JobEvent }
  | { readonly kind: "progress"; readonly event: JobProgress };

/** The fields of one server-sent event. */
function fieldsOf(block: string): Map<string, string> {
  const lines = block.split("\n").filter((line) => line !== "" && !line.startsWith(":"));
  return new Map(
    lines.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name, value.join(": ")] as const;
    }),
  );
}

function eventOf(block: string): SeenEvent | undefined {
  const fields = fieldsOf(block);
  const data = fields.get("data");
  if (data === undefined) return undefined;
  const content: unknown = JSON.parse(data);
  if (fields.get("event") === "progress") {
    return { kind: "progress", event: Value.Parse(JobProgress, content) };
  }
  const event = Value.Parse(JobEvent, content);
  if (fields.get("id") !== String(event.id)) throw new Error(`The event has no id: ${block}`);
  return { kind: "state", event };
}

/** Reads the event stream of a job to its end, which comes with the end of the job. */
export async function jobEvents(api: Api, id: string): Promise<SeenEvent[]> {
  const response = await ask(api, `/v1/jobs/${id}/events`);
  if (response.status !== 200 || response.body === null) {
    throw new Error(`The events of job ${id} answered ${response.status}`);
  }
  const seen: SeenEvent[] = [];
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) seen.push(event);
    }
  }
  return seen;
}

/** The kept changes of a job, in the order in which they were sent. */
export async function stateEvents(api: Api, id: string): Promise<JobEvent[]> {
  const seen = await jobEvents(api, id);
  return seen.flatMap((one) => (one.kind === "state" ? [one.event] : []));
}
