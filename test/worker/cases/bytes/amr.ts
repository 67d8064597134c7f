const header = "#!AMR\n";
/** A frame of 4.75 kbit/s, header included; it lasts 20 ms (RFC 4867). */
const frameBytes = 13;
const frameHeader = 4;
const framesPerSecond = 50;

/** Ones decode to a loud noise, zeros to almost nothing. */
function frame(sounds: boolean): Buffer {
  const bytes = Buffer.alloc(frameBytes, sounds ? 0xff : 0);
  bytes[0] = frameHeader;
  return bytes;
}

/** A file of AMR with noise for 0.2 s from 1, 3, 5 … s on, for there is no encoder. */
export function amrBeeps(seconds: number): Buffer {
  const frames = Array.from({ length: seconds * framesPerSecond }, (_, index) => {
    const time = (index / framesPerSecond) % 2;
    return frame(time >= 1 && time < 1.2);
  });
  return Buffer.concat([Buffer.from(header, "latin1"), ...frames]);
}
