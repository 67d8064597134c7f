import { runCorpus } from "./run.ts";
import { printSummary } from "./summary.ts";
import { corpus } from "./table.ts";

runCorpus(corpus, printSummary);
