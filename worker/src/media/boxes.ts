/** A box of an ISO base media file: its four-letter type and where its content lies. */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The boxes directly inside a range. Throws when one does not fit. */
export function boxesIn(data: Buffer, start = 0, end = data.length): Box[] {
  const boxes: Box[] = [];
  let at = start;
  while (at + 8 <= end) {
    const size = data.readUInt32BE(at);
    const type = data.toString("latin1", at + 4, at + 8);
    const large = size === 1;
    const length = large ? Number(data.readBigUInt64BE(at + 8)) : size;
    const header = large ? 16 : 8;
    if (length < header || at + length > end) {
      throw new Error(`box "${type}" at byte ${at} has length ${length}, which does not fit`);
    }
    boxes.push({ type, start: at + header, end: at + length });
    at += length;
  }
  return boxes;
}

/** Follows a path of box types, taking the first of each. */
export function findBox(data: Buffer, path: readonly string[]): Box | undefined {
  let found: Box | undefined;
  for (const type of path) {
    const inside = found ? boxesIn(data, found.start, found.end) : boxesIn(data);
    found = inside.find((box) => box.type === type);
    if (!found) return undefined;
  }
  return found;
}

export function needBox(data: Buffer, path: readonly string[]): Box {
  const box = findBox(data, path);
  if (!box) throw new Error(`the box ${path.join("/")} is missing`);
  return box;
}
