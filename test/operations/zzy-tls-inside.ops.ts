import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { followJob } from "../../tools/demo/client.ts";
import { exec } from "../../tools/exec.ts";
import { kubectl } from "../../tools/node/start.ts";
import { root } from "../../tools/paths.ts";
import { up } from "../../tools/stack.ts";
import { forwardTo } from "../../tools/status/forward.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { complaintsUntil } from "../support/e2e/doctor.ts";
import { outcomeOf } from "../support/e2e/faults.ts";
import {
  clip,
  finishedJob,
  patienceMs,
  platform,
  shortClip,
  submit,
} from "../support/e2e/platform.ts";
import { shownAt } from "../support/inside-certificates.ts";
import { keepAsking, playbackUrlOf } from "../support/operations/asking.ts";
import { sql, untilBackedUp, workNow } from "../support/operations/backups.ts";
import { rotateInFile, stackFile, upWith } from "../support/operations/stack-file.ts";

describeClusterOnFailure();

const minute = 60_000;

/** Where each server shows its certificate. */
const servers: Readonly<Record<string, { readonly port: number; readonly protocols?: string[] }>> =
  {
    postgres: { port: 5432, protocols: ["postgresql"] },
    rabbitmq: { port: 5671 },
    redis: { port: 6379 },
    "object-store": { port: 7070 },
  };

type Fingerprints = Readonly<Record<string, string | undefined>>;

async function ofEach(look: (name: string) => Promise<string | undefined>): Promise<Fingerprints> {
  const names = Object.keys(servers);
  const seen = await Promise.all(names.map(async (name) => [name, await look(name)] as const));
  return Object.fromEntries(seen);
}

const shown = (): Promise<Fingerprints> =>
  ofEach(async (name) => {
    const { port = 0, protocols } = servers[name] ?? {};
    const forward = await forwardTo({
      ...{ namespace: "framewright-data", target: `service/${name}`, port },
    });
    try {
      return await shownAt(Number(new URL(forward.url).port), protocols);
    } finally {
      forward.close();
    }
  });

/** What Kubernetes has for the servers, whether they show it yet or not. */
const kept = (): Promise<Fingerprints> =>
  ofEach(async (name) => {
    const path = String.raw`--output=jsonpath={.data.tls\.crt}`;
    const args = ["get", "secret", `${name}-tls`, "--namespace=framewright-data", path];
    return new X509Certificate(Buffer.from(await kubectl(args), "base64")).fingerprint256;
  });

test(
  "with TLS on every server a video becomes a stream, and nothing is wrong with the stack",
  async () => {
    console.log(await upWith("backups", "edge", "tls"));
    const api = await platform();
    const { id } = await submit(api, await clip(shortClip));
    const { job, checks } = await outcomeOf(api, id);
    expect(job.state).toBe("succeeded");
    expect(checks.length).toBe(4);
    expect(await exec("npm", ["run", "--silent", "status"], { cwd: root })).toContain(api.url);
    expect(await complaintsUntil((found) => found.length === 0, 3 * minute)).toEqual([]);
    const clients = "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)";
    expect(await sql(`${clients} WHERE client_addr IS NOT NULL`)).toBe("t");
  },
  30 * minute,
);

test(
  "a backup is made, verified and restored beside a database that takes no client without TLS",
  async () => {
    await untilBackedUp();
    expect(await workNow("postgres-backup")).toContain("is made and verified");
    expect(await workNow("postgres-restore-drill")).toContain("the drill is done");
  },
  20 * minute,
);

test(
  "all certificates are renewed twice while clients read, write, store and play, and no request fails",
  async () => {
    const api = await platform();
    const playbackUrl = await playbackUrlOf(api, (await finishedJob(api)).id);
    for (const count of [1, 2]) {
      const before = await shown();
      const stop = new AbortController();
      const asking = keepAsking(api, playbackUrl, stop.signal);
      rotateInFile("inside");
      const { changed } = await up(() => undefined, stackFile);
      const { id } = await submit(api, await clip(shortClip));
      const renewed = await kept();
      for (const name of Object.keys(servers)) expect(renewed[name]).not.toBe(before[name]);
      const deployed = performance.now();
      await expect.poll(shown, { timeout: 4 * minute, interval: 2000 }).toEqual(renewed);
      const seconds = ((performance.now() - deployed) / 1000).toFixed(0);
      const job = await followJob(api, id, () => undefined, patienceMs);
      stop.abort();
      const { requests, failed } = await asking;
      console.log(
        `renewal ${count}: ${changed} resources changed, shown by all servers ${seconds} s later; ` +
          `${requests} requests, ${failed.length} failed`,
      );
      expect(failed).toEqual([]);
      expect(job.state).toBe("succeeded");
    }
    expect(await complaintsUntil((found) => found.length === 0, 3 * minute)).toEqual([]);
  },
  30 * minute,
);
