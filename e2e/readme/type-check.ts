import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../scripts/lib/packages.ts'

/** A file that exists only for the compiler. */
export interface VirtualFile {
  readonly name: string
  readonly text: string
}

/** A reader's compiler options: strict, and otherwise the defaults. Our packages are read from their sources. */
const READER: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  customConditions: ['@threadline/source'],
  allowImportingTsExtensions: true,
  jsx: ts.JsxEmit.ReactJSX,
  skipLibCheck: true,
  noEmit: true,
}

/**
 * Type-checks files that are not on disk, as if they stood in the folder of the documentation, whose dependencies are
 * what the documentation imports. Returns the errors in them, as `name:line: message`.
 */
export function typeErrors(files: readonly VirtualFile[]): string[] {
  const folder = join(root, 'docs')
  const texts = new Map(files.map(({ name, text }) => [join(folder, name), text]))
  const host = ts.createCompilerHost(READER)
  const { fileExists, readFile } = host
  host.getCurrentDirectory = () => folder
  host.fileExists = (file) => texts.has(file) || fileExists(file)
  host.readFile = (file) => texts.get(file) ?? readFile(file)
  const program = ts.createProgram([...texts.keys()], READER, host)
  return files.flatMap(({ name }) => {
    const source = program.getSourceFile(join(folder, name))
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(({ start = 0, messageText }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
      return `${name}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  })
}
