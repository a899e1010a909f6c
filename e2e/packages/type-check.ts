import { join } from 'node:path'
import ts from 'typescript'

/** Parsed files by path, module system, and how they were to be parsed: checks have most of them in common. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/**
 * The type errors that a user of the packages would get from `files` of a project in `folder`: those in the files and
 * those in the packages' declarations. What other packages' declarations get wrong is theirs.
 *
 * @param options - As in a tsconfig.json. `strict` and the check of declarations are on.
 */
export function typeErrors(folder: string, files: readonly string[], options: { readonly [name: string]: unknown }) {
  const json = { strict: true, skipLibCheck: false, noEmit: true, target: 'ES2022', types: [], ...options }
  const { options: compilerOptions, errors } = ts.convertCompilerOptionsFromJson(json, folder)
  if (errors.length > 0) throw new Error(describe(errors))
  const host = ts.createCompilerHost(compilerOptions)
  host.getCurrentDirectory = () => folder
  const { getSourceFile } = host
  host.getSourceFile = (name, how, ...rest) => {
    const key = `${compilerOptions.module} ${JSON.stringify(how)} ${name}`
    if (!parsed.has(key)) parsed.set(key, getSourceFile(name, how, ...rest))
    return parsed.get(key)
  }
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    compilerOptions,
    host,
  )
  const ours = program.getSourceFiles().filter(({ fileName }) => {
    const path = fileName.slice(folder.length + 1)
    return files.includes(path) || path.startsWith('node_modules/@threadline/')
  })
  const found = ours.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ])
  return describe([...program.getOptionsDiagnostics(), ...found], folder)
}

/** One line for each error, with paths from the project's folder; empty when there is none. */
function describe(errors: readonly ts.Diagnostic[], folder = ''): string {
  return errors
    .map(({ file, start = 0, messageText }) => {
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1
      const path = file?.fileName.slice(folder.length + 1) ?? 'options'
      return `${path}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
    .join('\n')
}
