import { expect, it } from "vitest";
import { hiddenBy } from "../../../tools/images/roots.ts";

it("marker files of a layer tell what it removes and which folders it empties", () => {
  const paths = [
    "etc/",
    "etc/.wh.redis",
    "etc/rabbitmq/.wh..wh..opq",
    "usr/bin/x.wh.y",
    ".wh.top",
    "",
  ];
  expect(hiddenBy(paths)).toEqual({ removed: ["etc/redis", "top"], emptied: ["etc/rabbitmq"] });
});
