import { iso, type Queryable } from '../database.ts'

/** Which carrier the workers speak to, and how far this installation is on its way to live. */
export interface GoingLive {
  /** SHA-256 of the carrier's account and number. */
  carrierHash?: Buffer
  /** The workers speak to a stand-in. */
  simulated: boolean
  /** When a synthetic alert went out and came back by a reply, and through which carrier. */
  walkedAt?: number
  walkedHash?: Buffer
  liveSinceAt?: number
}

export async function findGoingLive(db: Queryable): Promise<GoingLive | undefined> {
  const [row] = await db.query<{
    carrier_hash: Buffer | null
    simulated: boolean
    walked_at: number | null
    walked_hash: Buffer | null
    live_since_at: number | null
  }>('SELECT carrier_hash, simulated, walked_at, walked_hash, live_since_at FROM app.going_live')
  return (
    row && {
      simulated: row.simulated,
      ...(row.carrier_hash ? { carrierHash: row.carrier_hash } : {}),
      ...(row.walked_at ? { walkedAt: row.walked_at } : {}),
      ...(row.walked_hash ? { walkedHash: row.walked_hash } : {}),
      ...(row.live_since_at ? { liveSinceAt: row.live_since_at } : {}),
    }
  )
}

/** A worker says which carrier it speaks to. */
export async function recordCarrier(db: Queryable, carrierHash: Buffer, simulated: boolean): Promise<void> {
  await db.query(
    `INSERT INTO app.going_live (carrier_hash, simulated) VALUES ($1, $2)
     ON CONFLICT (one) DO UPDATE SET carrier_hash = excluded.carrier_hash, simulated = excluded.simulated
     WHERE app.going_live.carrier_hash IS DISTINCT FROM excluded.carrier_hash
        OR app.going_live.simulated IS DISTINCT FROM excluded.simulated`,
    [carrierHash, simulated],
  )
}

/** The walk through the carrier that the workers speak to succeeded. */
export async function recordWalk(db: Queryable, at: number, carrierHash: Buffer): Promise<void> {
  await db.query('UPDATE app.going_live SET walked_at = $1, walked_hash = $2', [iso(at), carrierHash])
}

/** From now on nothing that this installation starts is asked for a walk. */
export async function recordLive(db: Queryable): Promise<void> {
  await db.query('UPDATE app.going_live SET live_since_at = app.clock() WHERE live_since_at IS NULL')
}
