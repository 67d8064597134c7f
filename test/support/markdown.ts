import { format } from "oxfmt";

/** A generated page as `npm run format` would leave it. Throws on text that is no Markdown. */
export async function formatMarkdown(text: string): Promise<string> {
  const { code, errors } = await format("page.md", text, { printWidth: 100 });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  return code;
}
