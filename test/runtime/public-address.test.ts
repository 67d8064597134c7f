import { describe, expect, it } from "vitest";
import { mayConnectTo } from "../../runtime/public-address.ts";

describe("a program may connect for a stranger to", () => {
  it.each(["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:80e::200e"])(
    "%s, which is public",
    (address) => {
      expect(mayConnectTo(address)).toBe(true);
    },
  );

  it("an address of a range that is allowed, and to none beside it", () => {
    const allowed = ["10.20.0.0/16", "fd12:3456::/32"];
    expect(mayConnectTo("10.20.255.255", allowed)).toBe(true);
    expect(mayConnectTo("fd12:3456::1", allowed)).toBe(true);
    expect(mayConnectTo("10.21.0.0", allowed)).toBe(false);
    expect(mayConnectTo("fd12:3457::1", allowed)).toBe(false);
  });
});

describe("a program may not connect for a stranger to", () => {
  it.each([
    ["this host", ["0.0.0.0", "0.1.2.3", "::"]],
    ["itself", ["127.0.0.1", "127.255.255.254", "::1"]],
    ["private networks", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1"]],
    ["carriers' networks", ["100.64.0.1", "100.127.255.255", "100.100.100.200"]],
    ["links", ["169.254.1.1", "fe80::1", "fe80::1%eth0", "fec0::1"]],
    ["metadata of clouds", ["169.254.169.254", "fd00:ec2::254", "168.63.129.16"]],
    ["groups and everybody", ["224.0.0.1", "239.1.1.1", "255.255.255.255", "ff02::1"]],
    ["what is reserved", ["240.0.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9"]],
    ["IPv6 for documents, tests, discards", ["2001:db8::1", "3fff::1", "2001:2::1", "100::1"]],
    ["IPv4 in IPv6, mapped", ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"]],
    ["IPv4 in IPv6, translated", ["::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"]],
    ["IPv4 in IPv6, tunnelled", ["2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:1::f5ff:fffe"]],
    ["IPv6 that nobody was given", ["1::1", "4000::1", "5f00::1"]],
    ["what is no address", ["", "localhost", "1.2.3.4/8", "127.0.0.1.", "[::1]"]],
  ])("%s", (_what, addresses) => {
    expect(addresses.filter((address) => mayConnectTo(address))).toEqual([]);
  });

  it("metadata of clouds, even where a range that has them is allowed", () => {
    const all = ["0.0.0.0/0", "::/0"];
    const metadata = ["169.254.169.254", "fd00:ec2::254", "168.63.129.16"];
    expect(metadata.filter((address) => mayConnectTo(address, all))).toEqual([]);
  });
});
