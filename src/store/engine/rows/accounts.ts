// Rows of users and of what belongs to them.

export interface UserTable {
  id: string;
  realm: string;
  username: string;
  email: string;
  email_key: string;
  /**
   * The name and the key while the user is live and has them, otherwise null. This makes them
   * unique.
   */
  username_claim: string | null;
  email_claim: string | null;
  /**
   * The look of the name, see `lookOf`; and the same while the user is live and claims it,
   * otherwise null: unique.
   */
  username_look: string;
  look_claim: string | null;
  /** The version of the rules that made the e-mail key and the look, see user-keys.ts. */
  key_rules: number;
  acc_id: string;
  password_hash: string;
  /** 1 while locked, also for a deleted user, so that a restore doesn't unlock. */
  locked: number;
  lock_reason: string;
  lock_until: number | null;
  developer: number;
  administrator: number;
  epoch: number;
  deleted_at: number | null;
  /** 1 if the user deleted the account. */
  left_by_self: number;
  created_at: number;
  updated_at: number;
  email_verified_at: number | null;
  /** When every session that the user then had ended together; null: never. */
  access_ended_at: number | null;
  /** 1: the user chose the password here, by a change or a reset. */
  own_password: number;
  /** Counts the actions of the user and on the user, see `hold`. */
  acts: number;
  /** JSON, see `UserProfile`; null: the account says nothing about its person. */
  profile: string | null;
}

export interface DeviceTable {
  user_id: string;
  gaid: string;
  bundle: string;
  os_int: string;
  sdk_version: string;
  seen_at: number;
}

/** A client that gets ID tokens in a session. */
export interface SessionClientTable {
  session_id: string;
  client_id: string;
  user_id: string;
  created_at: number;
  /** When it is looked at: the session may have ended; null: not yet. */
  due_at: number | null;
  /** How often the session may have ended. */
  marks: number;
  /** How often a logout token was sent. */
  tries: number;
}

export interface SessionTable {
  id: string;
  user_id: string;
  epoch: number;
  api: string;
  token_hash: string;
  user_agent: string;
  address: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  acts: number;
  /** 1: another server made the token. When such a session ends, its row stays, with epoch -1. */
  foreign_token: number;
  /** A JSON list; null where no method is known. */
  amr: string | null;
}

export interface GroupTable {
  id: number;
  name: string;
  vk_group_id: string;
  /**
   * Counts the changes of the members. A transaction that raises it holds the group until it ends.
   */
  removals: number;
  created_at: number;
}

export interface GroupMemberTable {
  group_id: number;
  user_id: string;
  role: string;
  created_at: number;
}

export interface GroupInvitationTable {
  group_id: number;
  user_id: string;
  role: string;
  /** The user who invites; empty: a client that acts for itself. */
  invited_by: string;
  created_at: number;
  /** The row is useless from then on, also that of a declined invitation. */
  expires_at: number;
  /** Null while the invitation waits for its answer. */
  declined_at: number | null;
}

export interface PasswordCheckTable {
  user_id: string;
  network: string;
  passed_at: number;
}

export interface MailLinkTable {
  hash: string;
  user_id: string;
  purpose: string;
  email: string;
  epoch: number;
  created_at: number;
  expires_at: number;
}

export interface SignUpTable {
  hash: string;
  realm: string;
  username: string;
  email: string;
  email_key: string;
  password_hash: string;
  request: string;
  created_at: number;
  expires_at: number;
}
