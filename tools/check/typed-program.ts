import { join } from "node:path";
import ts from "typescript";

export type TypedProgram = ts.EmitAndSemanticDiagnosticsBuilderProgram;

function format(folder: string): ts.FormatDiagnosticsHost {
  return {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => folder,
    getNewLine: () => "\n",
  };
}

/** The files of a project, without their contents. */
export function configOf(folder: string): ts.ParsedCommandLine {
  const config = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => {
      throw new Error(ts.formatDiagnostic(problem, format(folder)));
    },
  });
  if (config === undefined) throw new Error(`${folder} has no tsconfig.json`);
  return config;
}

/** Takes over from the build information what was found out of files that see the same as then. */
export function typedProgram(config: ts.ParsedCommandLine, buildInfo: string): TypedProgram {
  return ts.createIncrementalProgram({
    rootNames: config.fileNames,
    options: { ...config.options, noEmit: true, incremental: true, tsBuildInfoFile: buildInfo },
    configFileParsingDiagnostics: config.errors,
  });
}

/** Checks the files that changed or see something that changed, and says which they are. */
export function affectedFiles(program: TypedProgram): Set<string> {
  const files = new Set<string>();
  for (;;) {
    const next = program.getSemanticDiagnosticsOfNextAffectedFile();
    if (next === undefined) return files;
    const affected = "fileName" in next.affected ? [next.affected] : program.getSourceFiles();
    for (const { fileName } of affected) files.add(fileName);
  }
}

/** What tsc would say of all files, also of those that were checked before; empty if nothing. */
export function typeErrors(program: TypedProgram, folder: string): string {
  const found = ts.sortAndDeduplicateDiagnostics([
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSemanticDiagnostics(),
  ]);
  return ts.formatDiagnostics(found, format(folder));
}
