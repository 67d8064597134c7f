import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  clientKeyKind,
  completeKey,
  isKey,
  workerKeyKind,
} from "@framewright/contracts/api-key.ts";
import { digestOf, generateKey, prefixOf, sameSecret } from "../../../api/keys/keys.ts";

const entropy = "abcdefghijKLMNOPQRST0123456789";

describe("an API key", () => {
  it("is kind, 30 random characters and 6 of checksum", () => {
    expect(generateKey(clientKeyKind)).toMatch(/^fw_live_[0-9A-Za-z]{36}$/);
    expect(generateKey(workerKeyKind)).toMatch(/^fw_wkr_[0-9A-Za-z]{36}$/);
  });

  it("carries the CRC-32 that zlib computes, in base 62", () => {
    const key = completeKey(clientKeyKind, entropy);
    const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const value = Array.from(key.slice(-6)).reduce(
      (sum, digit) => sum * 62 + digits.indexOf(digit),
      0,
    );
    expect(value).toBe(crc32(clientKeyKind + entropy));
  });

  it("is never made twice", () => {
    const keys = new Set(Array.from({ length: 1000 }, () => generateKey(clientKeyKind)));
    expect(keys.size).toBe(1000);
  });

  it.each([
    ["one changed character", (key: string) => key.replace(/.$/, (c) => (c === "0" ? "1" : "0"))],
    ["a missing character", (key: string) => key.slice(0, -1)],
    ["one more character", (key: string) => `${key}0`],
    ["another kind", (key: string) => key.replace("live", "test")],
    ["a worker's kind", (key: string) => key.replace("fw_live_", "fw_wkr_")],
    ["nothing", () => ""],
    ["letters outside of ASCII", (key: string) => key.replace(/.{7}$/, "äöüßäöü")],
  ])("is refused with %s", (_what, damage) => {
    expect(isKey(clientKeyKind, damage(completeKey(clientKeyKind, entropy)))).toBe(false);
  });

  it("cannot be made of the wrong number of characters", () => {
    expect(() => completeKey(clientKeyKind, "short")).toThrow(/30 letters and digits/);
  });

  it("shows eight of its thirty random characters", () => {
    expect(prefixOf(clientKeyKind, completeKey(clientKeyKind, entropy))).toBe("fw_live_abcdefgh");
  });

  it("is compared by its digest", () => {
    expect(sameSecret("one", digestOf("one"))).toBe(true);
    expect(sameSecret("one", digestOf("two"))).toBe(false);
  });
});
