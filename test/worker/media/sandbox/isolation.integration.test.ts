import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageTool } from "../../../../tools/images/tool.ts";
import { createMediaTools } from "../../../../worker/src/media/ffmpeg.ts";
import { layers, type Layer } from "../../../../worker/src/media/sandbox/wrapper.ts";
import {
  attempts,
  intruder,
  readSpoils,
  withinReach,
  type Spoils,
} from "../../../support/intruder.ts";
import { isolatedTools, mediaPrograms, provenHere } from "../../../support/isolation.ts";
import { startBench, until } from "../../../support/worker-process.ts";

let folder: string;
let listener: Server;
let perl: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-intruder-"));
  perl = await imageTool("worker", "perl");
  listener = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
});

afterAll(() => {
  listener.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Two attempts of one worker; a program that a file has taken over runs in the first one's place. */
async function intrude(wanted: readonly Layer[], hasDevice = false): Promise<Spoils> {
  const dir = mkdtempSync(join(folder, "jobs-"));
  const [source, other, output] = [
    join(dir, "a/source"),
    join(dir, "b/source"),
    join(dir, "a/out"),
  ];
  for (const path of [output, join(dir, "b")]) mkdirSync(path, { recursive: true });
  for (const path of [source, other]) writeFileSync(path, "video");
  const proven = await provenHere(wanted, hasDevice);
  const tools = createMediaTools({ ...mediaPrograms, ffmpeg: perl, ...proven });
  const args = intruder({
    ...{ source, output, other, attempts: dir },
    code: import.meta.filename,
    secrets: "/etc/ssl",
    port: (listener.address() as AddressInfo).port,
  });
  const options = { reads: [source], writes: [output], signal: AbortSignal.timeout(20_000) };
  return readSpoils(await tools.run("ffmpeg", args, options));
}

/** What containers and older kernels keep from everybody. */
const hardToReach = ["load a program into the kernel", "make a ring of calls", "make namespaces"];

function easy(names: readonly string[]): string[] {
  return names.filter((name) => !hardToReach.includes(name));
}

describe("a media process that a file has taken over", () => {
  it("reaches its source and its output and nothing else", async () => {
    const { reached, environment } = await intrude(layers);
    expect(reached).toEqual(["read own source", "write own output", "rename own output"]);
    expect(new Set(environment)).toEqual(new Set(["AV_LOG_FORCE_NOCOLOR", "PATH", "PWD"]));
  });

  it.each<[Layer]>([["death"], ["memory"], ["files"], ["calls"]])(
    "is stopped by the layer %s alone from what is that layer's",
    async (layer) => {
      const { reached } = await intrude([layer]);
      expect(easy(reached)).toEqual(easy(withinReach([layer])));
    },
  );

  it("with a GPU makes sockets of its machine, and reaches no more", async () => {
    const { reached } = await intrude(layers, true);
    const own = ["read own source", "write own output", "rename own output"];
    expect(reached).toEqual([...own, "make a socket of this machine"]);
  });

  it("is stopped from each of these by a layer", () => {
    expect(withinReach(layers)).toHaveLength(3);
    expect(Object.keys(attempts)).toHaveLength(36);
  });
});

describe("ffmpeg itself", () => {
  it("works under every layer", async () => {
    const tools = await isolatedTools();
    const options = { reads: [], signal: new AbortController().signal };
    const made = join(folder, "made.mp4");
    const args = "-v error -f lavfi -i testsrc2=d=0.2 -f lavfi -i sine=d=0.2 -c:v libx264 -c:a aac";
    await tools.run("ffmpeg", [...args.split(" "), `file:${made}`], {
      ...options,
      writes: [folder],
    });
    const read = { ...options, reads: [made] };
    const shown = await tools.run("ffprobe", ["-v", "error", "-show_streams", made], read);
    expect(shown).toContain("codec_name=h264");
    await expect(tools.run("ffprobe", ["-v", "error", made], options)).rejects.toMatchObject({
      detail: expect.stringContaining("Permission denied") as string,
    });
  });
});

describe("a worker on a machine that cannot isolate", () => {
  // Its only setpriv is one that knows no Landlock and no filters.
  const old = (): string => {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, "setpriv"),
      '#!/bin/sh\ncase "$*" in *--landlock*|*--seccomp*) exit 1 ;; esac\nexec /usr/bin/setpriv "$@"\n',
      { mode: 0o755 },
    );
    return `${bin}:${process.env["PATH"] ?? "/usr/bin:/bin"}`;
  };

  it("does not start, and says what is missing and what to do", async () => {
    const bench = await startBench();
    const worker = bench.start({ PATH: old() });
    expect(await worker.exited).toBe(1);
    expect(worker.log()).toMatch(/files are not fenced off: .*util-linux 2\.41/);
    expect(worker.log()).toMatch(/system calls are not filtered/);
    expect(worker.log()).toContain("MEDIA_SANDBOX=best-effort");
    expect(bench.api.registrations).toEqual([]);
    await bench.close();
  });

  it("starts where that is allowed, and says it once", async () => {
    const bench = await startBench();
    const worker = bench.start({ PATH: old(), MEDIA_SANDBOX: "best-effort" });
    await until("it registers", () => bench.api.registrations.length > 0);
    expect(worker.log().match(/not fully isolated/g)).toHaveLength(1);
    await bench.close();
  });
});
