/** How large a page is shown, and by which way it reaches anything. */
export interface BrowserView {
  readonly width: number;
  readonly height: number;
  readonly proxy: string;
}

/** Chromium takes literal addresses in brackets off: a rule has the bare name. */
function hostOf(proxy: string): string {
  return new URL(proxy).hostname.replace(/^\[(.*)\]$/, "$1");
}

/**
 * What Chromium is started with. Each way past the proxy was tried with a page that asks for addresses inside
 * (test/egress/page-reach.rooms.ts): without `<-loopback>` the loopback is reached directly, without the WebRTC policy STUN is.
 */
export function browserArguments({ width, height, proxy }: BrowserView): string[] {
  return [
    `--proxy-server=${proxy}`,
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    // No name is resolved here but the proxy's: what a page asks for is resolved by the proxy, and nothing else.
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostOf(proxy)}`,
    ...["--kiosk", "--window-position=0,0", `--window-size=${width},${height}`],
    ...["--disable-gpu", "--hide-scrollbars", "--no-pings", "--disable-sync"],
    "--autoplay-policy=no-user-gesture-required",
  ];
}

/** Of those that Playwright would add: what a test wants, and a page that is recorded does not. */
export const leftOut: readonly string[] = [
  "--enable-automation",
  "--disable-popup-blocking",
  "--disable-ipc-flooding-protection",
  // /dev/shm is large enough, and files in /tmp are on a disk.
  "--disable-dev-shm-usage",
];
