/** One Pulumi project for all programs: `PROGRAM=read-only-root pulumi preview` runs `read-only-root.ts`. */
const { PROGRAM } = process.env;
if (PROGRAM === undefined) throw new Error("PROGRAM is not set: it names one of the files here");
await import(`./${PROGRAM}.ts`);
