export interface ReadEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: Record<string, unknown>;
}

function parse(block: string): ReadEvent | undefined {
  const fields = new Map(
    block
      .split("\n")
      .filter((line) => !line.startsWith(":"))
      .map((line): [string, string] => {
        const at = line.indexOf(":");
        return [line.slice(0, at), line.slice(at + 1).trimStart()];
      }),
  );
  const data = fields.get("data");
  if (data === undefined) return undefined;
  return {
    id: fields.get("id"),
    event: fields.get("event"),
    data: JSON.parse(data) as Record<string, unknown>,
  };
}

/** Reads an event stream as a browser would, and keeps all that came. */
export async function openEvents(url: string, key: string, jobId: string) {
  const response = await fetch(`${url}/v1/jobs/${jobId}/events`, {
    headers: { authorization: `Bearer ${key}` },
  });
  if (response.status !== 200 || !response.body) throw new Error(`answered ${response.status}`);
  const events: ReadEvent[] = [];
  const waiters = new Set<() => void>();
  const decoder = new TextDecoder();
  const done = (async () => {
    let rest = "";
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parse(block);
        if (event) events.push(event);
      }
      for (const wake of waiters) wake();
    }
  })();
  return {
    events,
    waitFor: (wanted: (event: ReadEvent) => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!events.some(wanted)) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      }),
    toEnd: async () => {
      await done;
      return events;
    },
  };
}
