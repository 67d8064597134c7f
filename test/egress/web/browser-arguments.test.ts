import { expect, it } from "vitest";
import { browserArguments, leftOut } from "../../../egress/src/web/browser-arguments.ts";

it("a browser has one way out, which is the proxy, and its own sandbox", () => {
  const proxy = "http://egress-proxy.framewright-workers.svc.cluster.local:3128";
  expect(browserArguments({ width: 1280, height: 720, proxy })).toEqual([
    `--proxy-server=${proxy}`,
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE egress-proxy.framewright-workers.svc.cluster.local",
    ...["--kiosk", "--window-position=0,0", "--window-size=1280,720"],
    ...["--disable-gpu", "--hide-scrollbars", "--no-pings", "--disable-sync"],
    "--autoplay-policy=no-user-gesture-required",
  ]);
  expect(leftOut).not.toContain("--no-sandbox");
});
