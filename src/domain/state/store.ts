// The part of the store's port that imports and exports of state use.
import type {
  AccessToken,
  Client,
  ClientSecret,
  Consent,
  Device,
  Group,
  GroupMember,
  RefreshToken,
  Session,
  User,
} from "../model.ts";
import type { SessionClient } from "../oauth/logout/store.ts";
import type { Resource } from "../oauth/resources/resource.ts";
import type { StorePage } from "../paging.ts";

/** What a part of an import inserts besides users. */
export interface StateRows {
  readonly clients: {
    readonly client: Client;
    readonly secret: ClientSecret | undefined;
    /** When a client expires that has no registration of its own. */
    readonly expiresAt?: number | undefined;
  }[];
  readonly groups: Group[];
  readonly members: GroupMember[];
  readonly consents: Consent[];
  readonly accessTokens: AccessToken[];
  /** The hashes of those among them that replace a token which had no user. */
  readonly completedKeys: string[];
  readonly refreshTokens: RefreshToken[];
  readonly sessions: Session[];
  readonly devices: Device[];
  readonly resources: Resource[];
  readonly sessionClients: SessionClient[];
  /** The ids of users who become developers. */
  readonly developers: string[];
}

/** How far an import has come. */
export interface StateImportProgress {
  /** The id of the batch. */
  readonly id: string;
  /** A digest of the file and the realm; empty when the file can't be read again. */
  readonly file: string;
  readonly realm: string;
  readonly startedAt: number;
  /** The rank that is being read, and the last line of it that was taken. */
  readonly rank: number;
  readonly line: number;
  readonly lines: number;
  readonly imported: Readonly<Record<string, number>>;
  readonly unchanged: number;
  readonly invalid: number;
  readonly reportBytes: number;
  readonly finishedAt?: number | undefined;
}

export interface StateStore {
  save(progress: StateImportProgress): Promise<void>;
  find(id: string): Promise<StateImportProgress | undefined>;
  /** Finds an import of the file that was cut off. */
  findUnfinished(file: string): Promise<StateImportProgress | undefined>;
  /** Lists the newest first. */
  list(limit: number): Promise<StateImportProgress[]>;
  /**
   * Inserts rows whose keys were not taken. If one is taken meanwhile, the whole transaction runs
   * again.
   */
  insert(rows: StateRows): Promise<void>;
  /** Finds a device of a user. */
  device(userId: string, gaid: string): Promise<Device | undefined>;
  /** Removes a device of a user if it was not seen since. */
  deleteDevice(device: Pick<Device, "userId" | "gaid" | "seenAt">): Promise<boolean>;
  /** Finds a client of a session. */
  sessionClient(sessionId: string, clientId: string): Promise<SessionClient | undefined>;
  /** Removes a client of a session if no end of the session has been seen since. */
  deleteSessionClient(client: Pick<SessionClient, "sessionId" | "clientId">): Promise<boolean>;
  /** Removes a user who has changed nothing and owns nothing since; returns whether it did. */
  removeUnused(userId: string, updatedAt: number): Promise<boolean>;
  /** Lists by primary key, ascending; `after` is that of the last one. */
  users(page: StorePage): Promise<User[]>;
  clients(page: StorePage): Promise<Client[]>;
  groups(page: StorePage<bigint>): Promise<Group[]>;
  members(page: StorePage<{ groupId: bigint; userId: string }>): Promise<GroupMember[]>;
  consents(page: StorePage): Promise<Consent[]>;
  /** Access tokens of users that never expire. */
  accessKeys(page: StorePage): Promise<AccessToken[]>;
  /** Refresh tokens that are not used, and not expired at `now`. */
  refreshTokens(page: StorePage, now: number): Promise<RefreshToken[]>;
  /** Sessions of an API that are not expired at `now`. */
  sessions(api: string, page: StorePage, now: number): Promise<Session[]>;
  devices(page: StorePage<{ userId: string; gaid: string }>): Promise<Device[]>;
  /** Clients of sessions that no logout token has been tried for. */
  sessionClients(
    page: StorePage<{ sessionId: string; clientId: string }>,
  ): Promise<SessionClient[]>;
}
