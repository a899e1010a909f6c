import type { SqlDriver } from './driver.ts'
import { StoreError } from './store-error.ts'

/** There from the begin to the end of a move, with how far it has come. */
export const MOVE_TABLE = 'unfinished_move'

const FOUND = `SELECT count(*) AS found FROM information_schema.tables
  WHERE table_schema = current_schema() AND table_name = '${MOVE_TABLE}'`

/** Tells whether a move into this database has begun and not ended. */
export async function isMoving(driver: SqlDriver): Promise<boolean> {
  const [row] = await driver.query(FOUND)
  return Number(row?.['found']) > 0
}

/** @throws {@link StoreError} `move_unfinished`: a collector would store events twice that are still to come. */
export async function mustBeMoved(driver: SqlDriver): Promise<void> {
  if (!(await isMoving(driver))) return
  throw new StoreError(
    'move_unfinished',
    'a move into this database is not done: run threadline move again, which goes on where it was',
  )
}
