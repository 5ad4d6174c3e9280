// The tables as Kysely sees them; migrations/ creates them. Numbers are times, counts and flags (0
// or 1). Lists are JSON. A number that may exceed 2^53 is decimal text, which both engines return
// exactly.

import type {
  DeviceTable,
  GroupInvitationTable,
  GroupMemberTable,
  GroupTable,
  MailLinkTable,
  PasswordCheckTable,
  SessionClientTable,
  SessionTable,
  SignUpTable,
  UserTable,
} from "./rows/accounts.ts";
import type {
  AccessTokenTable,
  AnswerTable,
  ApiRequestTable,
  ClientOriginTable,
  ClientSecretTable,
  ClientTable,
  CodeTable,
  GrantTable,
  PushedRequestTable,
  RefreshTokenTable,
  ResourceTable,
  SigningKeyTable,
} from "./rows/oauth.ts";
import type {
  AttemptTable,
  AuditEventTable,
  OriginTable,
  BrandTable,
  StageTable,
  StateImportTable,
  UserImportTable,
  WriteCheckTable,
} from "./rows/operation.ts";
import type { DeviceAuthorizationTable } from "./rows/device-authorizations.ts";
import type { AuditDayTable, LeaseTable, RollupTable, TableCountTable } from "./rows/statistics.ts";
import type {
  CircuitTable,
  ObservedAskTable,
  ObservedCallTable,
  ObservedDifferenceTable,
  ObservedLatencyTable,
} from "../tables/predecessor/observed-rows.ts";

/** Every table by its name. */
export interface Tables {
  users: UserTable;
  devices: DeviceTable;
  sessions: SessionTable;
  session_clients: SessionClientTable;
  groups: GroupTable;
  group_members: GroupMemberTable;
  group_invitations: GroupInvitationTable;
  answers: AnswerTable;
  clients: ClientTable;
  client_secrets: ClientSecretTable;
  client_origins: ClientOriginTable;
  api_requests: ApiRequestTable;
  grants: GrantTable;
  pushed_requests: PushedRequestTable;
  codes: CodeTable;
  access_tokens: AccessTokenTable;
  refresh_tokens: RefreshTokenTable;
  signing_keys: SigningKeyTable;
  rsa_signing_keys: SigningKeyTable;
  attempts: AttemptTable;
  password_checks: PasswordCheckTable;
  mail_links: MailLinkTable;
  sign_ups: SignUpTable;
  user_imports: UserImportTable;
  audit_events: AuditEventTable;
  write_checks: WriteCheckTable;
  origins: OriginTable;
  waiting_hashes: { user_id: string };
  stages: StageTable;
  brands: BrandTable;
  resources: ResourceTable;
  device_authorizations: DeviceAuthorizationTable;
  state_imports: StateImportTable;
  former_identifiers: { hash: string; noted_at: number; expires_at: number };
  volatile_fields: { api: string; route: string; field: string };
  observed_asks: ObservedAskTable;
  observed_calls: ObservedCallTable;
  observed_latencies: ObservedLatencyTable;
  observed_differences: ObservedDifferenceTable;
  circuits: CircuitTable;
  audit_days: AuditDayTable;
  table_counts: TableCountTable;
  rollups: RollupTable;
  leases: LeaseTable;
  schema_migrations: { name: string };
}
