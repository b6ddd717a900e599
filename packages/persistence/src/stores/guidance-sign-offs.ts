import { iso, type Queryable, type Transaction } from '../database.ts'

/** Somebody of this organisation answers for one document of guidance, in exactly these words, until that day. */
export interface GuidanceSignOffRow {
  document: string
  contentHash: string
  signedBy: string
  /** Undefined when they are not with the organisation any more. */
  name?: string
  qualification: string
  signedAt: number
  reviewBy: string
}

export async function findGuidanceSignOffs(db: Queryable, organisationId: string): Promise<GuidanceSignOffRow[]> {
  const rows = await db.query<Omit<GuidanceSignOffRow, 'name'> & { name: string | null }>(
    `SELECT g.piece AS document, g.content_hash AS "contentHash", g.signed_by AS "signedBy", s.name, g.qualification,
       g.signed_at AS "signedAt", g.review_by AS "reviewBy"
     FROM app.guidance_sign_offs g LEFT JOIN app.supporters s ON s.id = g.signed_by AND s.removed_at IS NULL
     WHERE g.organisation_id = $1 ORDER BY g.piece`,
    [organisationId],
  )
  return rows.map(({ name, ...row }) => ({ ...row, ...(name === null ? {} : { name }) }))
}

/** The last one counts. */
export async function saveGuidanceSignOff(
  tx: Transaction,
  organisationId: string,
  row: Omit<GuidanceSignOffRow, 'name'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO app.guidance_sign_offs (organisation_id, piece, content_hash, signed_by, qualification, signed_at, review_by)
     VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (organisation_id, piece) DO UPDATE SET content_hash = excluded.content_hash,
       signed_by = excluded.signed_by, qualification = excluded.qualification, signed_at = excluded.signed_at,
       review_by = excluded.review_by`,
    [organisationId, row.document, row.contentHash, row.signedBy, row.qualification, iso(row.signedAt), row.reviewBy],
  )
}

/** @returns false when nobody had signed it */
export async function removeGuidanceSignOff(
  tx: Transaction,
  organisationId: string,
  document: string,
): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM app.guidance_sign_offs WHERE organisation_id = $1 AND piece = $2 RETURNING 1',
    [organisationId, document],
  )
  return rows.length === 1
}
