// Rows of devices that wait for a user.

export interface DeviceAuthorizationTable {
  hash: string;
  user_code: string;
  client_id: string;
  scopes: string;
  audience: string;
  /** JSON; null for none. */
  details: string | null;
  created_at: number;
  expires_at: number;
  interval_ms: number;
  polled_at: number | null;
  denied_at: number | null;
  used_at: number | null;
  /** Null until the user agrees, as are the columns below. */
  user_id: string | null;
  epoch: number | null;
  grant_id: string | null;
  family_id: string | null;
  terms: string | null;
}
