// Rows of what the installation records of itself.

export interface AttemptTable {
  key_hash: string;
  tries: number;
  ends_at: number;
}

export interface AuditEventTable {
  id: string;
  at: number;
  type: string;
  succeeded: number;
  actor: string;
  user_id: string | null;
  client_id: string | null;
  address: string;
  details: string;
  /** The user, or the id of an event without one; null in rows of an older program. */
  shard_key: string | null;
}

export interface UserImportTable {
  id: string;
  started_at: number;
  lines: number;
  imported: number;
  duplicates: number;
  invalid: number;
  report_bytes: number;
}

export interface OriginTable {
  kind: string;
  ref: string;
  source: string;
  at: number;
  mark: string;
}

export interface StateImportTable {
  id: string;
  file: string;
  realm: string;
  started_at: number;
  file_rank: number;
  line: number;
  lines_read: number;
  /** How many of each kind, JSON. */
  imported: string;
  unchanged: number;
  invalid: number;
  report_bytes: number;
  finished_at: number | null;
}

export interface StageTable {
  api: string;
  stage: string;
  before_stage: string;
  /** In hundredths of a percent. */
  percent: number;
  only_values: string;
  changed_at: number;
}

export interface BrandTable {
  realm: string;
  version: string;
  changed_at: number;
  name: string;
  color: string;
  color_dark: string;
  /** Empty without a logo. */
  logo_type: string;
  /** Base64. */
  logo: string;
  /** JSON. */
  links: string;
  /** JSON. */
  letters: string;
}

export interface WriteCheckTable {
  /** The process that writes it. */
  id: string;
  filler: string;
  written_at: number;
  expires_at: number;
}
