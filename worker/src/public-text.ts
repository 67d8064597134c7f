/** Addresses carry signatures that grant access; they are cut at the query. */
export function redact(text: string): string {
  return text.replaceAll(/(\w+:\/\/)([^\s/@]*@)?([^\s?]*)(\?\S*)?/g, "$1$3");
}

const memoryAddress = / @ 0x[\da-f]+(?=\])/g;
const stackLine = /\n\s+at (?:[^\n]+ \([^\n]*\)|\S+:\d+:\d+)(?=\n|$)/g;
const absolutePath = /(?<![\w/.-])(?:file:)?\/(?:[^\s/'"`:;,()[\]]+\/)*([^\s/'"`:;,()[\]]+)/g;

/**
 * A text as the job's owner may see it: without the worker's folders, of whose paths the last part
 * stays, without places in memory, stacks, and signatures.
 */
export function publicText(text: string): string {
  return redact(text)
    .replaceAll(stackLine, "")
    .replaceAll(memoryAddress, "")
    .replaceAll(absolutePath, "$1");
}
