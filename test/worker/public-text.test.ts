import { expect, it } from "vitest";
import { publicText, redact } from "../../worker/src/public-text.ts";

it.each([
  ["https://store/x.mp4?X-Amz-Signature=abc&y=1 end", "https://store/x.mp4 end"],
  ["amqp://user:password@host/vhost", "amqp://host/vhost"],
  ["file:/work/source and 0:0", "file:/work/source and 0:0"],
])("the signature of an address is cut: %s", (text, wanted) => {
  expect(redact(text)).toBe(wanted);
});

it.each([
  ["Error opening input file file:/work/jobs/ab-1/source.", "Error opening input file source."],
  [
    "ENOENT: no such file, open '/work/jobs/ab-1/out/480p/00000.m4s'",
    "ENOENT: no such file, open '00000.m4s'",
  ],
  ["no device (/dev/dri/renderD128): rc=1", "no device (renderD128): rc=1"],
  ["/source: Invalid data", "source: Invalid data"],
  ["480p/index.m3u8 has 1/25 of 24000/1001", "480p/index.m3u8 has 1/25 of 24000/1001"],
  ["https://store/a/b.mp4?signature=x", "https://store/a/b.mp4"],
  [
    "[h264 @ 0x55557d574500] [dec:h264 @ 0x7f] Reference 5 >= 4",
    "[h264] [dec:h264] Reference 5 >= 4",
  ],
  ["Error: x\n    at run (/app/worker/src/a.ts:1:2)\n    at /app/b.ts:3:4\nmore", "Error: x\nmore"],
])("a public text names no folder, no memory and no stack: %s", (text, wanted) => {
  expect(publicText(text)).toBe(wanted);
});
