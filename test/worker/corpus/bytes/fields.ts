/** Big-endian bytes of numbers, as hexadecimal texts say them, or of texts. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ""), "hex");
}

export function ascii(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

export function u16(value: number): Buffer {
  return hex((value >>> 0).toString(16).padStart(4, "0").slice(-4));
}

export function u32(value: number): Buffer {
  return hex((value >>> 0).toString(16).padStart(8, "0"));
}

export function le16(value: number): Buffer {
  return Buffer.from(u16(value)).reverse();
}

export function le32(value: number): Buffer {
  return Buffer.from(u32(value)).reverse();
}

/** Writes over the bytes at an offset behind each occurrence of a mark, the mark's end being zero. */
export function overwritten(
  bytes: Buffer,
  mark: Buffer | string,
  offset: number,
  value: Buffer,
): Buffer {
  const wanted = typeof mark === "string" ? ascii(mark) : mark;
  const changed = Buffer.from(bytes);
  let at = changed.indexOf(wanted);
  if (at < 0) throw new Error(`the file has no ${wanted.toString("latin1")}`);
  for (; at >= 0; at = changed.indexOf(wanted, at + wanted.length)) {
    value.copy(changed, at + wanted.length + offset);
  }
  return changed;
}

/** The same bytes so many times. */
export function repeated(count: number, bytes: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => bytes));
}
