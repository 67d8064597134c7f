import { expect, it } from "vitest";
import { isOlder } from "../../../api/workers/version-gate.ts";

it.each([
  ["1.2.3", "1.2.3", false],
  ["1.2.2", "1.2.3", true],
  ["1.10.0", "1.9.9", false],
  ["0.9.9", "1.0.0", true],
  ["2.0.0", "1.9.9", false],
  ["1.2.3-rc.1", "1.2.3", true],
  ["1.2.3-rc.1", "1.2.2", false],
  ["v1.2.3", "1.2.3", false],
  ["1.2.3+build.7", "1.2.3", false],
  ["test", "0.0.1", true],
  ["", "0.0.1", true],
])("the version %s is older than %s: %s", (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected);
});
