import { createServer, type AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { littleDisk, takenPorts } from "../../tools/preflight.ts";

const server = createServer();
afterEach(() => server.close());

it("a taken port is named with the process that holds it", async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const [problem] = await takenPorts([port]);
  expect(problem).toContain(`Port ${port} is taken by process ${process.pid} (`);
  expect(problem).toContain("Stop it");
});

it("a free port is no problem", async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await takenPorts([port])).toEqual([]);
});

it("too little disk is reported with what is free, what is needed and what to do", () => {
  const [problem] = littleDisk("/tmp", 1e18);
  expect(problem).toMatch(
    /^Only \d+\.\d GB are free where \/tmp lies; 1000000000\.0 GB are needed\./,
  );
  expect(problem).toContain("FRAMEWRIGHT_CACHE");
  expect(littleDisk("/tmp", 1)).toEqual([]);
});
