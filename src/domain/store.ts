// The port to the database. Each method is named for the rule that it keeps. An absent value is
// `undefined`. A method whose effect must happen once is a single atomic statement.
import type { PushedRequestStore } from "./oauth/pushed/store.ts";
import type {
  DeviceStore,
  EmailTokenStore,
  PendingSignUpStore,
  UserStore,
} from "./accounts/store.ts";
import type { StatisticsStore } from "./administration/statistics/store.ts";
import type { UserImportStore } from "./accounts/import/user-import-progress.ts";
import type { MeasuredTime } from "./database-clock.ts";
import type { BrandStore } from "./branding/store.ts";
import type { GroupInvitationStore, GroupStore } from "./groups/store.ts";
import type { AnswerStore } from "./idempotency/store.ts";
import type { Load } from "./instrumentation.ts";
import type { AuditEvent, SigningKey } from "./model.ts";
import type {
  ApiRequestStore,
  ClientStore,
  CodeStore,
  ConsentStore,
  TokenStore,
} from "./oauth/store.ts";
import type { DeviceAuthorizationStore } from "./oauth/device/store.ts";
import type { ResourceStore } from "./oauth/resources/store.ts";
import type { SessionClientStore } from "./oauth/logout/store.ts";
import type { OriginStore } from "./origins.ts";
import type { StorePage } from "./paging.ts";
import type { ObservationStore } from "./predecessor/observation-store.ts";
import type { FormerIdentifierStore, StageStore } from "./predecessor/store.ts";
import type { AttemptStore, PasswordCheckStore } from "./security/store.ts";
import type { LeaseStore } from "./security/housekeeping/store.ts";
import type { StateStore } from "./state/store.ts";
import type { SessionStore } from "./sessions/store.ts";

export interface SigningKeyStore {
  insert(key: SigningKey): Promise<void>;
  /** Lists the keys of ES256 and then those of RS256, the newest of each first. */
  list(): Promise<SigningKey[]>;
  /** Ends the use of the key for signing at that time, unless it ends earlier. */
  retire(key: Pick<SigningKey, "kid" | "algorithm">, at: number): Promise<void>;
  /**
   * Inserts the key unless there is one of its algorithm: several processes may start for the first
   * time at once.
   */
  insertFirst(key: SigningKey): Promise<boolean>;
}

export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly actor?: string | undefined;
  readonly type?: string | undefined;
  readonly succeeded?: boolean | undefined;
  /** From this id on. */
  readonly from?: string | undefined;
  /** Before this id. */
  readonly before?: string | undefined;
}

/** A part of a search; the oldest events come first if it says so. */
export interface AuditSearchPage extends StorePage {
  readonly isOldestFirst?: boolean;
}

/** What a bounded search has found. */
export interface AuditSearchPart {
  readonly items: AuditEvent[];
  /**
   * The id of the last event that was looked at, if the search stopped there because too few of the
   * events match. It goes on after this id.
   */
  readonly stoppedAt: string | undefined;
}

/** How many events match; at least so many if the count isn't exact. */
export interface AuditTotal {
  readonly events: number;
  readonly isExact: boolean;
}

export interface AuditStore {
  append(event: AuditEvent): Promise<void>;
  /** Lists the events that match every given value, newest first; `after` is an id. */
  list(filter: AuditFilter, page: StorePage): Promise<AuditEvent[]>;
  /** As `list`, but looks at a bounded number of events, so that it takes a bounded time. */
  search(filter: AuditFilter, page: AuditSearchPage): Promise<AuditSearchPart>;
  /** Counts up to `limit` events; looks at a bounded number of them. */
  count(filter: AuditFilter, limit: number): Promise<AuditTotal>;
  /**
   * Removes up to `limit` of the oldest events, made by `until`; returns how many. An event that
   * the daily counts don't have yet stays.
   */
  purge(until: number, limit: number): Promise<number>;
}

/** Everything that is stored. */
export interface Aggregates {
  readonly users: UserStore;
  readonly devices: DeviceStore;
  readonly sessions: SessionStore;
  readonly sessionClients: SessionClientStore;
  readonly groups: GroupStore;
  readonly groupInvitations: GroupInvitationStore;
  readonly clients: ClientStore;
  readonly apiRequests: ApiRequestStore;
  readonly grants: ConsentStore;
  readonly pushedRequests: PushedRequestStore;
  readonly codes: CodeStore;
  readonly tokens: TokenStore;
  readonly answers: AnswerStore;
  readonly signingKeys: SigningKeyStore;
  readonly attempts: AttemptStore;
  readonly passwordChecks: PasswordCheckStore;
  readonly mailLinks: EmailTokenStore;
  readonly signUps: PendingSignUpStore;
  readonly origins: OriginStore;
  readonly stages: StageStore;
  readonly formerIdentifiers: FormerIdentifierStore;
  readonly brands: BrandStore;
  readonly resources: ResourceStore;
  readonly deviceAuthorizations: DeviceAuthorizationStore;
  readonly state: StateStore;
  readonly observations: ObservationStore;
  readonly userImports: UserImportStore;
  readonly audit: AuditStore;
  readonly statistics: StatisticsStore;
  readonly leases: LeaseStore;
}

/** Runs work on a store whose changes are undone at its end. */
export interface Rehearsals {
  /**
   * The store: within a run its changes are seen, and no limit is reached. Outside of one it is the
   * store that it was made of.
   */
  readonly store: Store;
  run<T>(work: () => Promise<T>): Promise<T>;
}

export interface Store extends Aggregates {
  /**
   * Runs `work` in one transaction. `work` may use only the aggregates that it is given. It runs
   * again when the database reports a conflict with another transaction, so it must have no other
   * effects.
   */
  transaction<T>(work: (tx: Aggregates) => Promise<T>): Promise<T>;
  /** Makes a store for calls that must have no lasting effect. */
  rehearsals(): Rehearsals;
  /** Connects to the database and returns whether its schema is the one that this program needs. */
  ready(): Promise<boolean>;
  /**
   * Measures the time of the database; undefined if it has none of its own, because it is a file.
   */
  time(): Promise<MeasuredTime | undefined>;
  /**
   * Writes a row and commits it; rejects when that is impossible. A `large` one is as large as what
   * any request writes.
   */
  checkWritable(large: boolean): Promise<void>;
  /** The tables whose rows expire. */
  readonly expiringTables: readonly string[];
  /**
   * Removes up to `limit` rows that can't be used again, of one of these tables or of each; returns
   * how many.
   */
  purgeExpired(now: number, limit: number, table?: string): Promise<number>;
  /**
   * Recomputes the keys of users that older rules made, for example a process of the version
   * before. Returns how many users it has looked at.
   */
  renewKeys(): Promise<number>;
  /** Its busy connections, and the work that waits for one. */
  readonly load: Load;
  close(): Promise<void>;
}
