/** Without line breaks and other gaps, whatever somebody had to say. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
