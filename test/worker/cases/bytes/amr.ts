const header = "#!AMR\n";
/** A frame of 4.75 kbit/s and one without data; each lasts 20 ms (RFC 4867). */
const speechBytes = 12;
const noData = Buffer.from([(15 << 3) | 4]);
const framesPerSecond = 50;

/** A frame of bits as they come: it decodes to noise. */
function noise(index: number): Buffer {
  const frame = Buffer.alloc(1 + speechBytes);
  frame[0] = 4;
  for (let byte = 1; byte <= speechBytes; byte += 1) frame[byte] = (index * 37 + byte * 101) % 256;
  return frame;
}

/** A file of AMR with noise for 0.2 s from 1, 3, 5 … s on, for there is no encoder. */
export function amrBeeps(seconds: number): Buffer {
  const frames = Array.from({ length: seconds * framesPerSecond }, (_, index) => {
    const time = (index / framesPerSecond) % 2;
    return time >= 1 && time < 1.2 ? noise(index) : noData;
  });
  return Buffer.concat([Buffer.from(header, "latin1"), ...frames]);
}
