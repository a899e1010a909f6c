import { constants, type Stats } from 'node:fs'
import { copyFile, mkdir, open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { BACKUP_HOLD, FILE_NAME } from '../store/duckdb-files.ts'
import { StoreError } from '../store/store-error.ts'
import { acknowledgedPosition, openWitness, WITNESS_NAME } from '../store/witness.ts'

const LOG_NAME = `${FILE_NAME}.wal`
const MANIFEST_NAME = 'backup.json'

/** How often the collector is told that a copy is still being made. */
const HOLD_MS = 5_000

/** Copies that a checkpoint, begun before the hold was seen, may spoil. */
const ATTEMPTS = 20

/** What a backup says of itself. It is written last: a folder without it is no backup. */
export interface Manifest {
  readonly engine: 'duckdb'
  /** ISO 8601. */
  readonly takenAt: string
  /** The position up to which events were acknowledged when it began: all of them are in it, and perhaps later ones. */
  readonly position: number
}

/**
 * Copies the database of `dataDir` into the new folder `to`, also while a collector works on it: every event that was
 * acknowledged before the call is in the copy.
 *
 * DuckDB changes its file at checkpoints only, and its log grows at the end only. So the two are copied one after the other, and
 * once more when a checkpoint came between; the collector puts off checkpoints while the copy is made.
 *
 * @throws {@link StoreError} `unreachable` when there is no database, and Node's own errors, for example for a full disk.
 */
export async function backupFolder(dataDir: string, to: string): Promise<void> {
  const begun = new Date()
  const position = acknowledgedPosition(dataDir)
  if (!(await find(join(dataDir, FILE_NAME)))) throw new StoreError('unreachable', `there is no database in ${dataDir}`)
  await mkdir(to)
  const letGo = await holdCheckpoints(dataDir)
  try {
    await copyUnchanged(dataDir, to)
  } finally {
    await letGo()
  }
  const manifest: Manifest = { engine: 'duckdb', takenAt: begun.toISOString(), position }
  await writeDurably(join(to, MANIFEST_NAME), JSON.stringify(manifest))
  // Its names, too: what was said to be backed up is there after a power cut.
  for (const folder of [to, dirname(resolve(to))]) await sync(folder, 'r')
}

async function holdCheckpoints(dataDir: string): Promise<() => Promise<void>> {
  const hold = join(dataDir, BACKUP_HOLD)
  await writeFile(hold, '')
  const timer = setInterval(() => void utimes(hold, new Date(), new Date()).catch(() => undefined), HOLD_MS)
  return async () => {
    clearInterval(timer)
    await rm(hold, { force: true })
  }
}

async function copyUnchanged(dataDir: string, to: string): Promise<void> {
  const [file, log] = [join(dataDir, FILE_NAME), join(dataDir, LOG_NAME)]
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = [await find(file), await find(log)] as const
    await copyDurably(file, join(to, FILE_NAME))
    await rm(join(to, LOG_NAME), { force: true })
    if (await find(log)) await copyDurably(log, join(to, LOG_NAME)).catch(ignoreMissing)
    const after = [await find(file), await find(log)] as const
    if (isSame(before[0], after[0]) && hasOnlyGrown(before[1], after[1])) return
  }
  throw new StoreError('unreachable', `${dataDir} changed while it was copied, ${ATTEMPTS} times: try again`)
}

function isSame(before: Stats | undefined, after: Stats | undefined): boolean {
  return before?.ino === after?.ino && before?.size === after?.size && before?.mtimeMs === after?.mtimeMs
}

function hasOnlyGrown(before: Stats | undefined, after: Stats | undefined): boolean {
  if (!before) return true
  return after?.ino === before.ino && after.size >= before.size
}

/**
 * Makes a data folder of a backup. The folder may exist, but hold no database. Whatever ends this early leaves no database there:
 * the copy becomes one by its last step.
 *
 * @param verify - Opens the database in a folder, which throws when something is missing, and closes it.
 * @throws {@link StoreError} `data_lost` when the backup is incomplete, `locked` when there is a database already.
 */
export async function restoreFolder(
  from: string,
  dataDir: string,
  verify: (folder: string) => Promise<void>,
): Promise<void> {
  const manifest = await readManifest(from)
  if (await find(join(dataDir, FILE_NAME))) {
    throw new StoreError('locked', `${dataDir} holds a database already: restore into another folder, or move it away`)
  }
  await mkdir(dataDir, { recursive: true })
  const draft = join(dataDir, 'restoring')
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft)
  for (const name of [FILE_NAME, LOG_NAME]) {
    await copyFile(join(from, name), join(draft, name), constants.COPYFILE_FICLONE).catch(
      name === LOG_NAME ? ignoreMissing : rethrow,
    )
  }
  // Whoever opens it compares it with this.
  const witness = openWitness(draft)
  witness.note(manifest.position)
  witness.close()
  await verify(draft)
  // Verifying has moved the log into the file. The witness first: the database that it is about comes last.
  for (const name of [WITNESS_NAME, FILE_NAME]) await rename(join(draft, name), join(dataDir, name))
  await rm(draft, { recursive: true })
  await sync(dataDir, 'r')
}

async function readManifest(from: string): Promise<Manifest> {
  const file = await open(join(from, MANIFEST_NAME)).catch((cause: unknown) => {
    throw new StoreError(
      'data_lost',
      `${from} is no backup, or one that was not finished: it has no ${MANIFEST_NAME}`,
      {
        cause,
      },
    )
  })
  try {
    return JSON.parse(await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  await sync(to)
}

async function writeDurably(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await sync(`${path}.new`)
  await rename(`${path}.new`, path)
}

/** Folders can be opened for reading only. */
async function sync(path: string, flags: 'r' | 'r+' = 'r+'): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function find(path: string): Promise<Stats | undefined> {
  return await stat(path).catch(ignoreMissing)
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

function rethrow(error: unknown): never {
  throw error
}
