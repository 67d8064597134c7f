/** Plain packets, with a time code of four bytes in front (M2TS), with sixteen bytes of parity behind. */
const strides = [188, 192, 204] as const;

/**
 * Packets that must follow each other. A packet's first byte is 0x47 and the two bits for "payload"
 * and "adaptation field" are not both 0, which random bytes are with 3/1024; eight in a row at one
 * of three distances from any of 65 536 bytes come to 3 × 2^16 × (3/1024)^8, about 10^-15.
 */
const wantedPackets = 8;

function isPacket(head: Buffer, at: number): boolean {
  return head[at] === 0x47 && ((head[at + 3] ?? 0) & 0x30) !== 0;
}

function runs(head: Buffer, start: number, stride: number): boolean {
  if (start + (wantedPackets - 1) * stride + 4 > head.length) return false;
  for (let packet = 0; packet < wantedPackets; packet += 1) {
    if (!isPacket(head, start + packet * stride)) return false;
  }
  return true;
}

/** Whether packets follow each other somewhere: a capture may begin in one, or with something else. */
export function hasTransportRhythm(head: Buffer): boolean {
  for (let at = head.indexOf(0x47); at >= 0; at = head.indexOf(0x47, at + 1)) {
    if (strides.some((stride) => runs(head, at, stride))) return true;
  }
  return false;
}
