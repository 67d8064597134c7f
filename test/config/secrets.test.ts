import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { opens, protectionOf } from "../../config/secrets.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** As `pulumi stack init` wrote them. */
const emptySalt = "v1:W3utU0ZvYlQ=:v1:j9eadMZirzMV7EDp:UqGZRW+fnaCVaqb/ye+5hUQphTCxrA==";

test("the salt tells whether a passphrase is its own", () => {
  expect(opens(emptySalt, "")).toBe(true);
  expect(opens(emptySalt, "something")).toBe(false);
  expect(opens("v1:broken", "")).toBe(false);
});

test("a key service protects, whatever the salt of an earlier time says", () => {
  const text = `secretsprovider: awskms://alias/framewright?region=us-east-1\nencryptedkey: x\nencryptionsalt: ${emptySalt}\n`;
  expect(protectionOf(text, { passphrase: "" })).toEqual({
    kind: "key-service",
    url: "awskms://alias/framewright?region=us-east-1",
  });
});

test.each(["passphrase", "default"])("secretsprovider %s is no key service", (provider) => {
  // No passphrase opens such a salt, and it takes no time.
  expect(protectionOf(`secretsprovider: ${provider}\nencryptionsalt: v1:broken\n`, {})).toEqual({
    kind: "passphrase",
  });
});

test("the salt decides, not the environment", () => {
  expect(protectionOf(`encryptionsalt: ${emptySalt}\n`, { passphrase: "something" })).toEqual({
    kind: "empty-passphrase",
  });
});

test("before there is a salt, the environment decides", () => {
  const file = join(temporaryFolder("passphrase-"), "passphrase");
  writeFileSync(file, "something\n");
  expect(protectionOf("config: {}\n", { passphrase: "" })).toEqual({ kind: "empty-passphrase" });
  expect(protectionOf("config: {}\n", { passphrase: "some" })).toEqual({ kind: "passphrase" });
  expect(protectionOf("config: {}\n", { passphraseFile: file })).toEqual({ kind: "passphrase" });
  expect(protectionOf("config: {}\n", {})).toEqual({ kind: "unstated" });
});
