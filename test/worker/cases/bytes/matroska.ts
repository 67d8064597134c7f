/** Replaces each occurrence of some bytes by as many others. */
export function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  if (from.length !== to.length) throw new Error("the file would change its length");
  const changed = Buffer.from(bytes);
  let at = changed.indexOf(from);
  if (at < 0) throw new Error(`the file has no ${from.toString("hex")}`);
  for (; at >= 0; at = changed.indexOf(from, at + to.length)) to.copy(changed, at);
  return changed;
}

/** An element that says nothing, header included. */
function voidElement(size: number): Buffer {
  return Buffer.concat([Buffer.from([0xec, 0x80 | (size - 2)]), Buffer.alloc(size - 2)]);
}

function element(id: string, value: number): Buffer {
  const data = Buffer.alloc(2);
  data.writeUInt16BE(value);
  return Buffer.concat([Buffer.from(`${id}82`, "hex"), data]);
}

const cluster = Buffer.from("1f43b675", "hex");
const defaultDuration = Buffer.from("23e383", "hex");

/** As browsers record: nothing says how long a picture lasts. */
export function withoutFrameRate(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const head = changed.subarray(0, changed.indexOf(cluster));
  for (let at = head.indexOf(defaultDuration); at >= 0; at = head.indexOf(defaultDuration)) {
    voidElement(4 + ((changed[at + 3] ?? 0) & 0x7f)).copy(changed, at);
  }
  return changed;
}

const colour = Buffer.from("55b0", "hex");
const displayWidth = Buffer.from("54b0", "hex");

/**
 * Cuts lines off above and below (PixelCropTop, PixelCropBottom) and states the size that is shown, in
 * the place of the shape of pixels and the description of colours. The file must have both, and no
 * checksums.
 */
export function withCrop(bytes: Buffer, lines: number, shown: readonly [number, number]): Buffer {
  const changed = Buffer.from(bytes);
  const head = changed.subarray(0, changed.indexOf(cluster));
  const at = head.indexOf(displayWidth);
  const last = head.indexOf(colour, at);
  if (at < 0 || last < 0) throw new Error("the file says too little of its pictures");
  const room = last - at + 3 + ((changed[last + 2] ?? 0) & 0x7f);
  const [width, height] = shown;
  const added = Buffer.concat([
    ...[element("54bb", lines), element("54aa", lines)],
    ...[element("54b0", width), element("54ba", height)],
  ]);
  Buffer.concat([added, voidElement(room - added.length)]).copy(changed, at);
  return changed;
}
