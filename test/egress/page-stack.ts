import { expect } from "vitest";
import type { CreateEgress, Egress } from "@framewright/contracts/egress.ts";
import { clientOf, startApiUnderTest, until } from "../api/api-under-test.ts";
import { servePages, type Answer } from "../support/egress/page-server.ts";
import {
  startWebRecorder,
  type WebRecorder,
  type WebRecorderOptions,
} from "../support/egress/web-container.ts";
import { startServices } from "../support/services.ts";
import { startProxyProcess } from "./proxy-process.ts";

/** Where the pages are; the rest of the loopback is as private as any address inside. */
export const pageHost = "127.0.0.2";

/** All that recordings of these pages need but a recorder, and what tests ask of it. */
export async function startPageStack(pages: Readonly<Record<string, Answer>>) {
  const services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  const api = await startApiUnderTest(
    { databaseUrl, redisUrl, s3 },
    { EGRESS: "on", EGRESS_SOURCES: "web" },
  );
  const server = await servePages(pages, pageHost);
  const proxy = await startProxyProcess([server.port, 1], `${pageHost}/32`);
  const recorders: WebRecorder[] = [];
  const said = () => recorders.map((recorder) => recorder.log()).join("\n");

  const send = clientOf(api).send;
  const show = async (id: string) => (await send<Egress>("GET", `/v1/egress/${id}`)).body;
  const has = async (id: string, what: string, test: (task: Egress) => unknown, ms = 60_000) => {
    const words = () => `${id}: ${what}; recorders said ${said()}`;
    // One that has ended otherwise is waited for no longer.
    const found = await until(
      words,
      async () => {
        const task = await show(id);
        return test(task) || task.finishedAt ? task : undefined;
      },
      ms,
    );
    expect(test(found), words()).toBeTruthy();
    return found;
  };
  const here = (url = "") => url.replace("http://api.test", api.url);

  return {
    ...{ services, api, server, proxy, has, here, said },
    recorder: async (options: WebRecorderOptions = {}) => {
      const recorder = await startWebRecorder(api.workerUrl, proxy.url, options);
      recorders.push(recorder);
      return recorder;
    },
    record: async (path: string, body: Partial<CreateEgress> = {}) => {
      const source = { kind: "web", url: `${server.url}${path}?token=of-mine` } as const;
      const asked: CreateEgress = { kind: "web-record", source, ...body };
      const answer = await send<Egress>("POST", "/v1/egress", asked);
      expect(answer.status, JSON.stringify(answer.body)).toBe(202);
      return answer.body.id;
    },
    ended: (id: string, ms?: number) => has(id, "has ended", ({ finishedAt }) => finishedAt, ms),
    stop: (id: string) => send("POST", `/v1/egress/${id}/stop`),
    bytesAt: async (url: string | undefined): Promise<Buffer> => {
      const response = await fetch(here(url));
      expect(response.status).toBe(200);
      return Buffer.from(await response.arrayBuffer());
    },
    close: async () => {
      for (const recorder of recorders) await recorder.close();
      await proxy.close();
      server.close();
      await api.stop();
      await services.stop();
    },
  };
}

export type PageStack = Awaited<ReturnType<typeof startPageStack>>;
