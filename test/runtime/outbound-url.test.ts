import { describe, expect, it } from "vitest";
import { checkUrl, type OutboundPolicy } from "../../runtime/outbound-url.ts";

const policy: OutboundPolicy = { schemes: ["https"], ports: [443], ranges: [] };
const wide: OutboundPolicy = { schemes: ["https", "http"], ports: [80, 443, 8443], ranges: [] };

describe("a URL of a stranger", () => {
  it.each([
    ["https://media.example/a.mp4?token=x", policy, "media.example"],
    ["https://media.example:443/a.mp4", policy, "media.example"],
    ["http://media.example/a.mp4", wide, "media.example"],
    ["https://8.8.8.8:8443/", wide, "8.8.8.8"],
    ["https://[2606:4700::1111]/", policy, "[2606:4700::1111]"],
  ])("%s is allowed", (url, allowed, host) => {
    expect(checkUrl(url, allowed).hostname).toBe(host);
  });

  it.each([
    ["media.example/a.mp4", "It is not a URL"],
    ["https://", "It is not a URL"],
    ["http://media.example/", "Its scheme is http; allowed: https"],
    ["file:///etc/passwd", "Its scheme is file; allowed: https"],
    ["ftp://media.example/", "Its scheme is ftp; allowed: https"],
    ["data:video/mp4,x", "Its scheme is data; allowed: https"],
    ["https://user@media.example/", "It has a user name or a password; sign the URL instead"],
    ["https://:pw@media.example/", "It has a user name or a password; sign the URL instead"],
    ["https://media.example:22/", "Its port is 22; allowed: 443"],
    ["https://media.example:0/", "Its port is 0; allowed: 443"],
    ["https://2130706433/", "Its address, 127.0.0.1, is not public"],
    ["https://0x7f.1/", "Its address, 127.0.0.1, is not public"],
    ["https://0177.0.0.1/", "Its address, 127.0.0.1, is not public"],
    ["https://127.0.0.1./", "Its address, 127.0.0.1, is not public"],
    ["https://①②⑦.⓪.⓪.①/", "Its address, 127.0.0.1, is not public"],
    ["https://[::ffff:10.0.0.1]/", "Its address, ::ffff:a00:1, is not public"],
    ["https://169.254.169.254/latest/", "Its address, 169.254.169.254, is not public"],
  ])("%s is refused with the reason", (url, reason) => {
    expect(() => checkUrl(url, policy)).toThrow(reason);
  });

  it("may be an address of an allowed range", () => {
    expect(checkUrl("https://10.1.2.3/", { ...policy, ranges: ["10.0.0.0/8"] }).hostname).toBe(
      "10.1.2.3",
    );
  });
});
